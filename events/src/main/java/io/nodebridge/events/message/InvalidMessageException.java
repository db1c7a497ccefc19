package io.nodebridge.events.message;

import org.jspecify.annotations.Nullable;

/// A document that breaks a rule of the wire: which field, what stood there, what the rule is.
public final class InvalidMessageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String field;
  private final String value;
  private final String rule;

  public InvalidMessageException(String field, String value, String rule) {
    this(field, value, rule, null);
  }

  public InvalidMessageException(
      String field, String value, String rule, @Nullable Throwable cause) {
    super(field + ": " + rule + " (found: " + value + ")", cause);
    this.field = field;
    this.value = value;
    this.rule = rule;
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
