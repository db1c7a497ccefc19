package io.nodebridge.workers.step;

import io.nodebridge.events.message.Content;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.StepCall;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the content out of a call's input.
public final class StepContent {
  /// An input that has one.
  public static final Map<String, Object> SAMPLE =
      Map.of("content", Map.of("text", "A worker rehearses before anybody calls it."));

  private StepContent() {}

  /// The bytes of `input.content`.
  ///
  /// @throws InvalidMessageException if there is none
  public static byte[] of(StepCall call) {
    if (!(call.input().get("content") instanceof Map<?, ?> content)) {
      throw new InvalidMessageException(
          "input.content",
          String.valueOf(call.input().get("content")),
          "must be {\"text\": …} or {\"base64\": …}");
    }
    return new Content(text(content, "text"), text(content, "base64")).bytes();
  }

  private static @Nullable String text(Map<?, ?> content, String name) {
    return switch (content.get(name)) {
      case null -> null;
      case String text -> text;
      case Object other ->
          throw new InvalidMessageException(
              "input.content." + name, other.toString(), "must be a string");
    };
  }
}
