package io.nodebridge.reducer.serve;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nodebridge.events.message.CommitPage;
import io.nodebridge.events.message.CommitPage.Commit;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowRequest;
import io.nodebridge.introspection.http.FeedRing;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Parameters;
import io.nodebridge.introspection.http.Problem;
import io.nodebridge.introspection.http.ProblemException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The read side: workflows (with `Prefer: wait=N`), namespaces and their windows, late events,
/// dead letters.
public final class ReadApi {
  private static final Logger LOG = LoggerFactory.getLogger(ReadApi.class);
  private static final JsonCodec<WorkflowView> WORKFLOW = JsonCodec.of(WorkflowView.class);
  private static final JsonCodec<NamespaceView> NAMESPACE = JsonCodec.of(NamespaceView.class);
  private static final JsonCodec<DeadLetterView> DEAD_LETTER = JsonCodec.of(DeadLetterView.class);
  private static final JsonCodec<WorkflowPage> PAGE = JsonCodec.of(WorkflowPage.class);
  private static final JsonCodec<WindowView> WINDOW = JsonCodec.of(WindowView.class);
  private static final JsonCodec<LateEventView> LATE_EVENT = JsonCodec.of(LateEventView.class);
  private static final JsonCodec<CommitPage> COMMITS = JsonCodec.of(CommitPage.class);
  static final List<String> PATHS =
      List.of(
          "/v1/workflows/{id}",
          "/v1/workflows",
          "/v1/namespaces",
          "/v1/namespaces/{namespace}/windows",
          "/v1/late-events",
          "/v1/dead-letters");
  private static final long FIRST_LOOK_MILLIS = 10;
  private static final long LAST_LOOK_MILLIS = 200;

  private final WorkflowReads reads;
  private final Waiters waiters;
  private final @Nullable FeedRing<Commit> ring;

  /// A read side over its own pool.
  ///
  /// @param ring the commits to show while measuring; null otherwise
  public ReadApi(DataSource database, Waiters waiters, @Nullable FeedRing<Commit> ring) {
    this.reads = new WorkflowReads(database);
    this.waiters = waiters;
    this.ring = ring;
  }

  /// Whether the database answers.
  public boolean databaseAnswers() {
    return reads.answers();
  }

  public void routes(HttpRouting.Builder routing) {
    routing.get("/v1/workflows/{id}", this::workflow);
    routing.get("/v1/workflows", this::workflows);
    routing.get("/v1/namespaces", this::namespaces);
    routing.get("/v1/namespaces/{namespace}/windows", this::windows);
    routing.get("/v1/late-events", this::lateEvents);
    routing.get("/v1/dead-letters", this::deadLetters);
    HttpEdge.refuseOtherMethods(routing, "GET", PATHS.toArray(String[]::new));
    HttpEdge.describe(routing, ReadApi.class, "/openapi/reducer.yaml");
    if (ring != null) {
      ring.routes(
          routing,
          "/internal/commits",
          page -> COMMITS.encode(new CommitPage(page.next(), page.lost(), page.entries())));
    }
  }

  private void workflow(ServerRequest request, ServerResponse response)
      throws InterruptedException {
    UUID id = Parameters.id(request);
    Duration wait = Parameters.wait(request);
    WorkflowView view = wait.isZero() ? look(id) : await(id, wait);
    if (view == null) {
      throw new ProblemException(
          Problem.of(
              404, "unknown-workflow", "No such workflow", id + " is unknown or not yet visible"));
    }
    HttpEdge.sendJson(response, Status.OK_200, WORKFLOW.encode(view));
  }

  // Until the row is terminal or the time is over. Another replica may be the one that commits, so
  // the row is looked at again without being woken, less and less often.
  private @Nullable WorkflowView await(UUID id, Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    long pauseMillis = FIRST_LOOK_MILLIS;
    while (true) {
      CountDownLatch latch = waiters.register(id);
      try {
        WorkflowView view = look(id);
        long leftNanos = end - System.nanoTime();
        if ((view != null && view.state().terminal()) || leftNanos <= 0) {
          return view;
        }
        boolean woken =
            latch.await(
                Math.min(leftNanos, TimeUnit.MILLISECONDS.toNanos(pauseMillis)),
                TimeUnit.NANOSECONDS);
        pauseMillis = woken ? FIRST_LOOK_MILLIS : Math.min(2 * pauseMillis, LAST_LOOK_MILLIS);
      } finally {
        waiters.remove(id, latch);
      }
    }
  }

  private @Nullable WorkflowView look(UUID id) {
    try {
      return reads.workflow(id);
    } catch (SQLException e) {
      throw unavailable(e);
    }
  }

  private void workflows(ServerRequest request, ServerResponse response) {
    WorkflowQuery query =
        new WorkflowQuery(
            text(request, "namespace"),
            parsed(request, "state", (_, text) -> WorkflowQuery.stateOf(text)),
            parsed(request, "from", WorkflowQuery::timeOf),
            parsed(request, "to", WorkflowQuery::timeOf),
            parsed(request, "cursor", (_, text) -> WorkflowQuery.Place.ofCursor(text)),
            limit(request));
    Parameters.refuseUnknown(
        request, Set.of("namespace", "state", "from", "to", "cursor", "limit"));
    try {
      HttpEdge.sendJson(response, Status.OK_200, PAGE.encode(reads.workflows(query)));
    } catch (SQLException e) {
      throw unavailable(e);
    }
  }

  private void windows(ServerRequest request, ServerResponse response) {
    Parameters.refuseUnknown(request, Set.of("from", "to", "limit"));
    String namespace = request.path().pathParameters().get("namespace");
    WorkflowRequest.requireNamespace(namespace);
    try {
      HttpEdge.sendJson(
          response,
          Status.OK_200,
          WINDOW.encodeList(
              reads.windows(
                  namespace,
                  parsed(request, "from", WorkflowQuery::timeOf),
                  parsed(request, "to", WorkflowQuery::timeOf),
                  limit(request))));
    } catch (SQLException e) {
      throw unavailable(e);
    }
  }

  private void lateEvents(ServerRequest request, ServerResponse response) {
    Parameters.refuseUnknown(request, Set.of("limit"));
    try {
      HttpEdge.sendJson(
          response, Status.OK_200, LATE_EVENT.encodeList(reads.lateEvents(limit(request))));
    } catch (SQLException e) {
      throw unavailable(e);
    }
  }

  private static int limit(ServerRequest request) {
    return (int) number(request, "limit", 1, WorkflowQuery.DEFAULT_LIMIT, WorkflowQuery.MAX_LIMIT);
  }

  private static @Nullable String text(ServerRequest request, String name) {
    return request.query().first(name).orElse(null);
  }

  private static <T> @Nullable T parsed(
      ServerRequest request, String name, BiFunction<String, String, T> parser) {
    String text = text(request, name);
    return text == null ? null : parser.apply(name, text);
  }

  private void namespaces(ServerRequest request, ServerResponse response) {
    Parameters.refuseUnknown(request, Set.of());
    try {
      HttpEdge.sendJson(response, Status.OK_200, NAMESPACE.encodeList(reads.namespaces()));
    } catch (SQLException e) {
      throw unavailable(e);
    }
  }

  private void deadLetters(ServerRequest request, ServerResponse response) {
    Parameters.refuseUnknown(request, Set.of("limit"));
    try {
      HttpEdge.sendJson(
          response, Status.OK_200, DEAD_LETTER.encodeList(reads.deadLetters(limit(request))));
    } catch (SQLException e) {
      throw unavailable(e);
    }
  }

  private static long number(
      ServerRequest request, String name, long lowest, long otherwise, long highest) {
    String text = request.query().first(name).orElse(Long.toString(otherwise));
    try {
      long number = Long.parseLong(text);
      if (number >= lowest && number <= highest) {
        return number;
      }
    } catch (NumberFormatException e) {
      LOG.debug("not a number", e);
    }
    throw new InvalidMessageException(
        name, text, "must be a whole number from " + lowest + " to " + highest);
  }

  private static ProblemException unavailable(SQLException e) {
    LOG.warn("a read failed", e);
    return new ProblemException(
        Problem.of(503, "database-unavailable", "The database does not answer", "try again"), 1);
  }
}
