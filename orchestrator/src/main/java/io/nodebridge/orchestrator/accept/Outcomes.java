package io.nodebridge.orchestrator.accept;

import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowOutcome;
import io.nodebridge.orchestrator.run.OwnedPartitions;
import io.nodebridge.orchestrator.run.Waits;
import io.nodebridge.orchestrator.run.Waits.News;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How workflows end, for clients that wait for it: told by the partition where it is this
/// replica's, else asked of the reducer, which answers once it has committed the end.
final class Outcomes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);
  private static final JsonCodec<WorkflowOutcome> OUTCOME = JsonCodec.of(WorkflowOutcome.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

  private final OwnedPartitions partitions;
  private final URI reducerUrl;
  private final HttpClient reducer =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  Outcomes(OwnedPartitions partitions, URI reducerUrl) {
    this.partitions = partitions;
    this.reducerUrl = reducerUrl;
  }

  /// Waits for the end of a workflow whose request is on the log.
  ///
  /// @param wait begun before that
  /// @param endNanos `System.nanoTime()` at which the time is over
  /// @return null if it is not known by then
  @Nullable WorkflowOutcome await(Waits.Wait wait, UUID id, long endNanos)
      throws InterruptedException {
    News news = partitions.owns(id) ? wait.news(endNanos - System.nanoTime()) : News.None.HERE;
    return switch (news) {
      case News.Ended(WorkflowOutcome outcome) -> outcome;
      case News.None.HERE -> ofReducer(id, endNanos - System.nanoTime());
      case News.None.YET, News.None.SURE -> null;
    };
  }

  private @Nullable WorkflowOutcome ofReducer(UUID id, long leftNanos) throws InterruptedException {
    if (leftNanos <= 0) {
      return null;
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(leftNanos) + 1;
    HttpRequest get =
        HttpRequest.newBuilder(reducerUrl.resolve("/v1/workflows/" + id))
            .timeout(Duration.ofNanos(leftNanos))
            .header("Prefer", "wait=" + seconds)
            .build();
    try {
      HttpResponse<byte[]> answer = reducer.send(get, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() == 200) {
        WorkflowOutcome outcome = OUTCOME.decode(answer.body());
        return outcome.state().terminal() ? outcome : null;
      }
    } catch (IOException | InvalidMessageException e) {
      LOG.atDebug().setCause(e).addKeyValue("workflowId", id).log("the reducer gave no outcome");
    }
    return null;
  }

  /// Whoever waits is answered now.
  @Override
  public void close() {
    partitions.waits().close();
    reducer.shutdownNow();
  }
}
