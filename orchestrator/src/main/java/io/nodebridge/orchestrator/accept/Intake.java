package io.nodebridge.orchestrator.accept;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.ContentHash;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.message.Accepted;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowOutcome;
import io.nodebridge.events.message.WorkflowRequest;
import io.nodebridge.events.message.WorkflowState;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Parameters;
import io.nodebridge.introspection.http.Problem;
import io.nodebridge.introspection.http.ProblemException;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.decide.Catalogue;
import io.nodebridge.orchestrator.run.RequestLoop;
import io.nodebridge.orchestrator.run.Waits;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/// `POST /v1/workflows`: checks the document, puts it on the request topic, and answers 202 only
/// after the log has acknowledged it. A lost answer therefore means "unknown", never "lost". With
/// `Prefer: wait=N` it answers 200 with the outcome instead, if that is known in time.
///
/// Beside it: batches, and cancellations.
public final class Intake implements AutoCloseable {
  private static final JsonCodec<WorkflowRequest> REQUEST = JsonCodec.of(WorkflowRequest.class);
  private static final JsonCodec<Accepted> ACCEPTED = JsonCodec.of(Accepted.class);
  private static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
  private static final HeaderName PREFERENCE_APPLIED = HeaderNames.create("Preference-Applied");
  static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");
  private static final JsonCodec<WorkflowOutcome> OUTCOME = JsonCodec.of(WorkflowOutcome.class);
  private static final int MAX_KEY_CHARACTERS = 255;
  private static final String WORKFLOWS = "/v1/workflows";
  private static final String BATCH = "/v1/workflows:batch";
  private static final String WORKFLOW = "/v1/workflows/{id}";

  /// What is described in `openapi/orchestrator.yaml`.
  static final List<String> PATHS = List.of(WORKFLOWS, BATCH, WORKFLOW);

  /// What the intake is told once.
  ///
  /// @param readUrl where the outcome is read: the base of `Location`
  /// @param reducerUrl the same, as this process reaches it
  /// @param maxUnacknowledgedBytes of requests that may wait for the log
  /// @param measure whether to stamp the hops of each request
  public record Settings(
      String source,
      URI readUrl,
      URI reducerUrl,
      int maxContentBytes,
      int maxUnacknowledgedBytes,
      boolean measure) {}

  private final RequestLog log;
  private final Outcomes outcomes;
  private final Batches batches;
  private final Cancellations cancellations;
  private final RequestLoop loop;
  private final Catalogue definitions;
  private final Settings settings;
  private final OrchestratorMeters meters;

  public Intake(
      Producer<String, byte[]> producer,
      RequestLoop loop,
      Catalogue definitions,
      Settings settings,
      OrchestratorMeters meters,
      Clock clock) {
    this.log =
        new RequestLog(producer, settings.source(), settings.maxUnacknowledgedBytes(), clock);
    meters.watchUnacknowledged(log::unacknowledgedBytes);
    this.outcomes = new Outcomes(loop.partitions(), settings.reducerUrl());
    this.batches = new Batches(this, log, meters);
    this.cancellations = new Cancellations(log, loop.partitions());
    this.loop = loop;
    this.definitions = definitions;
    this.settings = settings;
    this.meters = meters;
  }

  public void routes(HttpRouting.Builder routing) {
    routing.post(WORKFLOWS, this::accept);
    routing.post(BATCH, batches::accept);
    routing.delete(WORKFLOW, cancellations::cancel);
    HttpEdge.refuseOtherMethods(routing, "POST", WORKFLOWS, BATCH);
    HttpEdge.refuseOtherMethods(routing, "DELETE", WORKFLOW);
    HttpEdge.describe(routing, Intake.class, "/openapi/orchestrator.yaml");
  }

  private void accept(ServerRequest http, ServerResponse response) throws InterruptedException {
    HopStamps hops = hops();
    byte[] body = HttpEdge.jsonBody(http);
    WorkflowRequest request = checked(body);
    refuseWhenOverloaded();
    String key = http.headers().value(IDEMPOTENCY_KEY).orElse(null);
    UUID id = idFor(key, request);
    if (key != null) { // nobody can have used an id that was minted just now
      refuseOtherBody(id, body);
    }
    String traceparent = http.headers().value(TRACEPARENT).orElse(null);
    Duration wait = Parameters.wait(http);
    WorkflowOutcome outcome = null;
    String bodyHash = null;
    if (wait.isZero()) {
      append(id, body, traceparent, hops);
    } else {
      long endNanos = System.nanoTime() + wait.toNanos();
      bodyHash = ContentHash.of(body); // a wait is long, and holds no body
      try (Waits.Wait waiting = loop.partitions().waits().begin(id)) {
        outcome = loop.partitions().outcomeOf(id);
        if (outcome == null) {
          append(id, body, traceparent, hops);
          outcome = waiting == null ? null : outcomes.await(waiting, id, endNanos);
        }
        if (waiting != null) {
          response.header(PREFERENCE_APPLIED, "wait=" + wait.toSeconds());
        }
      }
    }
    // Of two bodies that raced under one key, only the owner and the reducer know who was first.
    if (outcome != null && !Objects.equals(bodyHash, outcome.bodyHash())) {
      throw otherBody(id);
    }
    response.header(
        HeaderNames.LOCATION, settings.readUrl().resolve("/v1/workflows/" + id).toString());
    if (outcome == null) {
      HttpEdge.sendJson(
          response, Status.ACCEPTED_202, ACCEPTED.encode(new Accepted(id, WorkflowState.PENDING)));
    } else {
      HttpEdge.sendJson(response, Status.OK_200, OUTCOME.encode(outcome));
    }
  }

  HopStamps hops() {
    return settings.measure() ? HopStamps.none().now() : HopStamps.none();
  }

  /// Reads a request and checks every rule.
  WorkflowRequest checked(byte[] body) {
    WorkflowRequest request = REQUEST.decodeStrictly(body);
    request.checkedContent(settings.maxContentBytes());
    if (definitions.latest(request.definition()) == null) {
      throw new InvalidMessageException(
          "definition", request.definition(), "must be one of " + definitions.names());
    }
    return request;
  }

  void refuseWhenOverloaded() {
    if (loop.overloaded()) {
      throw new ProblemException(
          Problem.of(
              429,
              "overloaded",
              "Too many requests wait",
              "nothing was accepted; repeat it after the time that Retry-After says"),
          1);
    }
  }

  // What this replica does not remember, or another one owns, ends as a dead letter instead.
  void refuseOtherBody(UUID id, byte[] body) {
    String known = loop.partitions().bodyHashOf(id);
    if (known != null && !known.equals(ContentHash.of(body))) {
      throw otherBody(id);
    }
  }

  static ProblemException otherBody(UUID id) {
    return new ProblemException(
        Problem.of(
            422,
            "idempotency-conflict",
            "The key was used with another body",
            "workflow "
                + id
                + " has this Idempotency-Key; send the same body, or take another key"));
  }

  static UUID idFor(@Nullable String key, WorkflowRequest request) {
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
    RequestLog.acknowledged(
        log.send(MessageType.WORKFLOW_REQUESTED, id, id, body, traceparent, hops), id);
    meters.accepted();
  }

  /// Answers whoever waits.
  @Override
  public void close() {
    outcomes.close();
  }
}
