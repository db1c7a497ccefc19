package io.nodebridge.introspection.http;

import io.avaje.jsonb.Json;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.Surrogates;
import org.jspecify.annotations.Nullable;

/// An error as RFC 9457 `application/problem+json`. `type` is stable and names the kind; `field`,
/// `value` and `rule` say what to mend where a document is to blame. Whatever they quote, a problem
/// can be encoded.
@Json
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    @Nullable String field,
    @Nullable String value,
    @Nullable String rule) {

  public Problem {
    detail = Surrogates.mended(detail);
    field = field == null ? null : Surrogates.mended(field);
    value = value == null ? null : Surrogates.mended(value);
    rule = rule == null ? null : Surrogates.mended(rule);
  }

  public static Problem of(int status, String kind, String title, String detail) {
    return new Problem(typeOf(kind), title, status, detail, null, null, null);
  }

  /// A client's document that breaks a rule.
  public static Problem of(int status, InvalidMessageException invalid) {
    return new Problem(
        typeOf("invalid-document"),
        "The document breaks a rule",
        status,
        invalid.field() + ": " + invalid.rule(),
        invalid.field(),
        invalid.value(),
        invalid.rule());
  }

  private static String typeOf(String kind) {
    return "urn:nodebridge:problem:" + kind;
  }
}
