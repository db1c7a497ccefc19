package io.nodebridge.workers.stamping;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.message.Content;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.StepAnswer;
import io.nodebridge.events.message.StepCall;
import io.nodebridge.introspection.http.HttpEdge;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `POST /v1/steps/content.hash`: the BLAKE3 of `input.content`. A pure function of its input, so a
/// repeated call under the same idempotency key gives the same answer without being remembered.
final class HashStep {
  static final String CAPABILITY = "content.hash";

  private static final JsonCodec<StepCall> CALL = JsonCodec.of(StepCall.class);
  private static final JsonCodec<StepAnswer> ANSWER = JsonCodec.of(StepAnswer.class);

  private HashStep() {}

  static void routes(HttpRouting.Builder routing) {
    routing.post("/v1/steps/" + CAPABILITY, HashStep::answer);
    HttpEdge.refuseOtherMethods(routing, "POST", "/v1/steps/" + CAPABILITY);
  }

  private static void answer(ServerRequest request, ServerResponse response) {
    StepCall call = CALL.decodeForeign(HttpEdge.jsonBody(request));
    HttpEdge.sendJson(response, Status.OK_200, ANSWER.encode(run(call)));
  }

  static StepAnswer run(StepCall call) {
    byte[] content = contentOf(call);
    return new StepAnswer(Map.of("hash", ContentHash.of(content), "sizeBytes", content.length));
  }

  private static byte[] contentOf(StepCall call) {
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
