package io.nodebridge.events.message;

import org.jspecify.annotations.Nullable;

/// A document that breaks a rule of the wire: which field, what stood there, what the rule is. All
/// of it can be shown and encoded, whatever the document holds.
public final class InvalidMessageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  // What was found may be as long as a document: an answer or a log line needs its beginning only.
  private static final int SHOWN_CHARACTERS = 100;

  private final String field;
  private final String value;
  private final String rule;

  public InvalidMessageException(String field, String value, String rule) {
    this(field, value, rule, null);
  }

  public InvalidMessageException(
      String field, String value, String rule, @Nullable Throwable cause) {
    super(Surrogates.mended(field + ": " + rule + " (found: " + shown(value) + ")"), cause);
    this.field = Surrogates.mended(field);
    this.value = shown(value);
    this.rule = Surrogates.mended(rule);
  }

  private static String shown(String value) {
    String beginning = Surrogates.beginning(value, SHOWN_CHARACTERS);
    return value.length() <= SHOWN_CHARACTERS
        ? beginning
        : beginning + "… (" + value.length() + " characters)";
  }

  public String field() {
    return field;
  }

  public String value() {
    return value;
  }

  public String rule() {
    return rule;
  }
}
