package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The content to stamp: exactly one of `text` (UTF-8) and `base64` is set.
@Json
public record Content(@Nullable String text, @Nullable String base64) {

  public static Content ofText(String text) {
    return new Content(text, null);
  }

  /// The decoded bytes; both forms of the same content hash alike.
  ///
  /// @throws InvalidMessageException if none or both forms are set, or the base64 is broken
  public byte[] bytes() {
    if (text != null && base64 == null) {
      if (!Surrogates.paired(text)) {
        // Encoded anyway it would be other bytes, and so another content's hash.
        throw new InvalidMessageException("content.text", text, Surrogates.RULE);
      }
      return text.getBytes(StandardCharsets.UTF_8);
    }
    if (base64 != null && text == null) {
      try {
        return Base64.getDecoder().decode(base64);
      } catch (IllegalArgumentException e) {
        throw new InvalidMessageException(
            "content.base64", "unreadable", "must be standard base64: " + e.getMessage(), e);
      }
    }
    throw new InvalidMessageException(
        "content", text == null ? "neither" : "both", "set exactly one of text and base64");
  }
}
