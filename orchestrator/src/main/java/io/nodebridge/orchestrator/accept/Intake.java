package io.nodebridge.orchestrator.accept;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nodebridge.events.envelope.Envelope;
import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.Accepted;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowRequest;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Problem;
import io.nodebridge.introspection.http.ProblemException;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.decide.Definition;
import java.net.URI;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `POST /v1/workflows`: checks the document, puts it on the request topic, and answers 202 only
/// after the log has acknowledged it. A lost answer therefore means "unknown", never "lost".
public final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
  private static final JsonCodec<WorkflowRequest> REQUEST = JsonCodec.of(WorkflowRequest.class);
  private static final JsonCodec<Accepted> ACCEPTED = JsonCodec.of(Accepted.class);
  private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
  private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");
  private static final int MAX_KEY_CHARACTERS = 255;

  /// What the intake is told once.
  ///
  /// @param readUrl where the outcome is read: the base of `Location`
  /// @param measure whether to stamp the hops of each request
  public record Settings(String source, URI readUrl, int maxContentBytes, boolean measure) {}

  private final Producer<String, byte[]> producer;
  private final Settings settings;
  private final OrchestratorMeters meters;
  private final Clock clock;

  public Intake(
      Producer<String, byte[]> producer,
      Settings settings,
      OrchestratorMeters meters,
      Clock clock) {
    this.producer = producer;
    this.settings = settings;
    this.meters = meters;
    this.clock = clock;
  }

  public void routes(HttpRouting.Builder routing) {
    routing.post("/v1/workflows", this::accept);
    HttpEdge.refuseOtherMethods(routing, "POST", "/v1/workflows");
  }

  private void accept(ServerRequest http, ServerResponse response) throws InterruptedException {
    HopStamps hops = settings.measure() ? HopStamps.none().now() : HopStamps.none();
    byte[] body = HttpEdge.jsonBody(http);
    WorkflowRequest request = REQUEST.decodeStrictly(body);
    check(request);
    UUID id = idFor(http, request);
    append(id, body, http.headers().value(TRACEPARENT).orElse(null), hops);
    meters.accepted();
    response.header(
        HeaderNames.LOCATION, settings.readUrl().resolve("/v1/workflows/" + id).toString());
    HttpEdge.sendJson(
        response, Status.ACCEPTED_202, ACCEPTED.encode(new Accepted(id, WorkflowState.PENDING)));
  }

  private void check(WorkflowRequest request) {
    request.checkedContent(settings.maxContentBytes());
    if (Definition.named(request.definition()) == null) {
      throw new InvalidMessageException(
          "definition", request.definition(), "must be one of " + Definition.names());
    }
  }

  private static UUID idFor(ServerRequest http, WorkflowRequest request) {
    String key = http.headers().value(IDEMPOTENCY_KEY).orElse(null);
    if (key == null) {
      return WorkflowIds.minted();
    }
    if (key.isBlank() || key.length() > MAX_KEY_CHARACTERS) {
      throw new InvalidMessageException(
          "Idempotency-Key", key, "must have 1 to " + MAX_KEY_CHARACTERS + " characters");
    }
    return WorkflowIds.ofKey(request.namespace(), key);
  }

  private void append(UUID id, byte[] body, @Nullable String traceparent, HopStamps hops)
      throws InterruptedException {
    ProducerRecord<String, byte[]> produced =
        new ProducerRecord<>(Topic.REQUESTS.topicName(), id.toString(), body);
    new Envelope(
            MessageType.WORKFLOW_REQUESTED,
            id,
            settings.source(),
            clock.instant(),
            id.toString(),
            traceparent,
            null)
        .writeTo(produced.headers());
    if (settings.measure()) {
      hops.now().writeTo(produced.headers());
    }
    try {
      producer.send(produced).get();
    } catch (ExecutionException | KafkaException e) {
      LOG.atWarn().setCause(e).addKeyValue("workflowId", id).log("a request was not acknowledged");
      throw new ProblemException(
          Problem.of(
              503,
              "log-unavailable",
              "The log does not answer",
              "the request may or may not have been accepted; repeat it with an Idempotency-Key"),
          1);
    }
  }
}
