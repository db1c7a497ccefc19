package io.nodebridge.events.message;

import org.jspecify.annotations.Nullable;

/// A document that breaks a rule of the wire: which field, what stood there, what the rule is.
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
    super(field + ": " + rule + " (found: " + shown(value) + ")", cause);
    this.field = field;
    this.value = shown(value);
    this.rule = rule;
  }

  private static String shown(String value) {
    return value.length() <= SHOWN_CHARACTERS
        ? value
        : value.substring(0, SHOWN_CHARACTERS) + "… (" + value.length() + " characters)";
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
