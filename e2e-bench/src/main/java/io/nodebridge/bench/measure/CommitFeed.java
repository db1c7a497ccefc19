package io.nodebridge.bench.measure;

import io.nodebridge.events.message.CommitPage;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/// Follows the reducer's commits by long polls. A workflow counts as in flight until it is seen
/// here; a gap in the feed voids the run.
public final class CommitFeed implements AutoCloseable {
  private static final JsonCodec<CommitPage> PAGE = JsonCodec.of(CommitPage.class);
  private static final Timeout TIMEOUT = Timeout.ofSeconds(5);
  private static final long RETRY_MILLIS = 100;

  private final URI commits;
  // It blocks the one thread that follows: an answer that changes threads is seen later.
  private final CloseableHttpClient http =
      HttpClients.createMinimal(
          PoolingHttpClientConnectionManagerBuilder.create()
              .setDefaultConnectionConfig(
                  ConnectionConfig.custom()
                      .setConnectTimeout(TIMEOUT)
                      .setSocketTimeout(TIMEOUT)
                      .build())
              .build());
  private final Map<UUID, CompletableFuture<List<Long>>> seen = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofPlatform().name("commit-feed").unstarted(this::follow);
  private long next; // written before the thread starts, then by it alone
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong doubled = new AtomicLong();
  private volatile boolean closed;

  private CommitFeed(URI reducer) {
    this.commits = reducer.resolve("/internal/commits");
  }

  /// Follows what is committed from now on.
  ///
  /// @throws IOException if the reducer does not answer, or does not measure
  public static CommitFeed follow(URI reducer) throws IOException {
    CommitFeed feed = new CommitFeed(reducer);
    // A number behind the end is answered at once, with the end.
    try {
      feed.next = feed.read(Long.MAX_VALUE).next();
    } catch (InvalidMessageException e) {
      throw new IOException(e);
    }
    feed.thread.start();
    return feed;
  }

  /// Waits until every one of these workflows was seen committed.
  ///
  /// @return whether that happened within the limit
  public boolean await(Collection<UUID> workflows, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (UUID workflow : workflows) {
        commitOf(workflow).get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the feed never fails a commit", e);
    }
  }

  /// The moments of a workflow, its commit's return last; complete once it was seen.
  public CompletableFuture<List<Long>> commitOf(UUID workflow) {
    return seen.computeIfAbsent(workflow, _ -> new CompletableFuture<>());
  }

  /// Commits that the reducer's ring had dropped before they were read.
  public long lost() {
    return lost.get();
  }

  /// Workflows that were told as committed more than once.
  public long doubled() {
    return doubled.get();
  }

  @Override
  public void close() {
    closed = true;
    http.close(CloseMode.IMMEDIATE);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    while (!closed) {
      try {
        CommitPage page = read(next);
        next = page.next();
        lost.addAndGet(page.lost());
        for (CommitPage.Commit commit : page.commits()) {
          if (!commitOf(commit.workflowId()).complete(commit.nanos())) {
            doubled.incrementAndGet();
          }
        }
      } catch (IOException | InvalidMessageException | IllegalStateException e) {
        // The last of them is a client that was closed meanwhile.
        pause();
      }
    }
  }

  private CommitPage read(long after) throws IOException {
    return PAGE.decode(
        http.execute(new HttpGet(URI.create(commits + "?after=" + after)), this::body));
  }

  private byte[] body(ClassicHttpResponse response) throws IOException {
    if (response.getCode() != 200) {
      throw new IOException("status " + response.getCode() + " from " + commits);
    }
    return EntityUtils.toByteArray(response.getEntity());
  }

  private void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }
}
