package io.nodebridge.orchestrator.accept;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.RequestBatch;
import io.nodebridge.events.message.WorkflowRequest;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Problem;
import io.nodebridge.introspection.http.ProblemException;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.accept.BatchAnswer.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// `POST /v1/workflows:batch`: all requests are sent together, and answered when the log has
/// acknowledged each that obeys the rules.
final class Batches {
  /// More are refused, as is a document above the limit of every body, 1 MiB.
  static final int MAX_REQUESTS = 1_000;

  private static final JsonCodec<BatchAnswer> ANSWER = JsonCodec.of(BatchAnswer.class);

  private final Intake intake;
  private final RequestLog log;
  private final OrchestratorMeters meters;

  Batches(Intake intake, RequestLog log, OrchestratorMeters meters) {
    this.intake = intake;
    this.log = log;
    this.meters = meters;
  }

  // One request on its way to the log, or what is wrong with it.
  private sealed interface Sent {
    record Ok(UUID id, Future<RecordMetadata> acknowledgement) implements Sent {}

    record Refused(Problem problem) implements Sent {}
  }

  void accept(ServerRequest http, ServerResponse response) throws InterruptedException {
    List<RequestBatch.Item> items = RequestBatch.read(HttpEdge.jsonBody(http), MAX_REQUESTS);
    intake.refuseWhenOverloaded();
    String traceparent = http.headers().value(Intake.TRACEPARENT).orElse(null);
    List<Sent> sent = new ArrayList<>(items.size());
    Map<UUID, byte[]> bodies = new HashMap<>();
    boolean away = false;
    for (RequestBatch.Item item : items) {
      // A log that is away makes each send wait: one such wait is enough.
      Sent one =
          away
              ? new Sent.Refused(RequestLog.unavailable().problem())
              : send(item, traceparent, bodies);
      sent.add(one);
      away =
          away
              || (one instanceof Sent.Ok ok && ok.acknowledgement().state() == Future.State.FAILED);
    }
    List<Answer> answers = new ArrayList<>(items.size());
    for (Sent one : sent) {
      answers.add(answer(one));
    }
    if (answers.stream().noneMatch(answer -> answer.status() == 202)
        && answers.stream().anyMatch(answer -> answer.status() == 503)) {
      throw RequestLog.unavailable();
    }
    HttpEdge.sendJson(response, Status.OK_200, ANSWER.encode(new BatchAnswer(answers)));
  }

  private Sent send(
      RequestBatch.Item item, @Nullable String traceparent, Map<UUID, byte[]> bodies) {
    byte[] body = item.document();
    try {
      if (item.broken() != null) {
        throw item.broken();
      }
      WorkflowRequest request = intake.checked(body);
      UUID id = Intake.idFor(item.idempotencyKey(), request);
      intake.refuseOtherBody(id, body);
      byte[] before = bodies.putIfAbsent(id, body);
      if (before != null && !Arrays.equals(before, body)) {
        throw Intake.otherBody(id);
      }
      HopStamps hops = intake.hops();
      return new Sent.Ok(
          id, log.send(MessageType.WORKFLOW_REQUESTED, id, id, body, traceparent, hops));
    } catch (InvalidMessageException e) {
      return new Sent.Refused(Problem.of(400, e));
    } catch (ProblemException e) {
      return new Sent.Refused(e.problem());
    }
  }

  private Answer answer(Sent sent) throws InterruptedException {
    return switch (sent) {
      case Sent.Refused(Problem problem) -> Answer.refused(problem);
      case Sent.Ok(UUID id, Future<RecordMetadata> acknowledgement) -> {
        try {
          RequestLog.acknowledged(acknowledgement, id);
          meters.accepted();
          yield Answer.accepted(id);
        } catch (ProblemException e) {
          yield Answer.refused(e.problem());
        }
      }
    };
  }
}
