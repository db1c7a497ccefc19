package io.nodebridge.events.message;

/// Text in Java may hold half of a surrogate pair: an escape in JSON and broken UTF-8 bring it in,
/// and no encoder takes it out again.
public final class Surrogates {
  static final String RULE = "must be text that UTF-8 can encode";

  private static final int REPLACEMENT = 0xfffd;

  private Surrogates() {}

  /// Whether each has its other half.
  static boolean paired(String text) {
    int codePoint;
    for (int i = 0; i < text.length(); i += Character.charCount(codePoint)) {
      codePoint = text.codePointAt(i);
      if (half(codePoint)) {
        return false;
      }
    }
    return true;
  }

  /// The text with U+FFFD for each half of a pair.
  public static String mended(String text) {
    if (paired(text)) {
      return text;
    }
    StringBuilder mended = new StringBuilder(text.length());
    text.codePoints().map(at -> half(at) ? REPLACEMENT : at).forEach(mended::appendCodePoint);
    return mended.toString();
  }

  /// What to show of a text: its beginning, cut between characters, with U+FFFD for each half of a
  /// pair.
  public static String beginning(String text, int maxLength) {
    if (text.length() <= maxLength) {
      return mended(text);
    }
    boolean splits = Character.isSurrogatePair(text.charAt(maxLength - 1), text.charAt(maxLength));
    return mended(text.substring(0, splits ? maxLength - 1 : maxLength));
  }

  private static boolean half(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
