package io.nodebridge.bench.measure;

import io.nodebridge.events.message.CommitPage;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Follows the reducer's commits by long polls. A workflow counts as in flight until it is seen
/// here; a gap in the feed voids the run.
public final class CommitFeed implements AutoCloseable {
  private static final JsonCodec<CommitPage> PAGE = JsonCodec.of(CommitPage.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long RETRY_MILLIS = 100;

  private final URI commits;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<UUID, List<Long>> seen = new ConcurrentHashMap<>();
  private final Object news = new Object();
  private final Thread thread = Thread.ofPlatform().name("commit-feed").unstarted(this::follow);
  private volatile long lost;
  private volatile long doubled;
  private volatile boolean closed;

  private CommitFeed(URI reducer) {
    this.commits = reducer.resolve("/internal/commits");
  }

  /// Follows from the first commit that the reducer remembers.
  public static CommitFeed follow(URI reducer) {
    CommitFeed feed = new CommitFeed(reducer);
    feed.thread.start();
    return feed;
  }

  /// Waits until every one of these workflows was seen committed.
  ///
  /// @return whether that happened within the limit
  public boolean await(Collection<UUID> workflows, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    synchronized (news) {
      while (!seen.keySet().containsAll(workflows)) {
        long leftMillis = (end - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) {
          return false;
        }
        news.wait(leftMillis);
      }
    }
    return true;
  }

  /// The moments of each committed workflow, its commit's return last.
  public Map<UUID, List<Long>> seen() {
    return seen;
  }

  /// Commits that the reducer's ring had dropped before they were read.
  public long lost() {
    return lost;
  }

  /// Workflows that were told as committed more than once.
  public long doubled() {
    return doubled;
  }

  @Override
  public void close() {
    closed = true;
    http.shutdownNow();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    long next = 0;
    while (!closed) {
      try {
        CommitPage page = read(next);
        next = page.next();
        synchronized (news) {
          lost += page.lost();
          for (CommitPage.Commit commit : page.commits()) {
            if (seen.put(commit.workflowId(), commit.nanos()) != null) {
              doubled++;
            }
          }
          news.notifyAll();
        }
      } catch (IOException | InvalidMessageException e) {
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private CommitPage read(long after) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(commits + "?after=" + after)).timeout(TIMEOUT).build();
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode() + " from " + commits);
    }
    return PAGE.decode(response.body());
  }

  private void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }
}
