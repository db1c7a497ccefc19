package io.nodebridge.bench.measure;

import io.nodebridge.events.message.AckPage;
import io.nodebridge.events.message.AckPage.Ack;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// The ends of workflows from a moment on, as the orchestrator saw them: no answer on the wire
/// carries the time of its own acknowledgement.
public final class AckLog {
  private static final JsonCodec<AckPage> PAGE = JsonCodec.of(AckPage.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI acks;
  private final Map<UUID, Ack> read = new HashMap<>();
  private long next;
  private long lost;

  private AckLog(URI orchestrator) {
    this.acks = orchestrator.resolve("/internal/acks");
  }

  /// What ends from now on.
  ///
  /// @throws IOException if the orchestrator does not answer, or does not measure
  public static AckLog fromNow(URI orchestrator) throws IOException, InterruptedException {
    AckLog log = new AckLog(orchestrator);
    // A number behind the end is answered at once, with the end.
    log.next = log.page(Long.MAX_VALUE).next();
    return log;
  }

  /// Everything up to now, by workflow.
  public Map<UUID, Ack> read() throws IOException, InterruptedException {
    AckPage page = page(next);
    while (!page.acks().isEmpty()) {
      next = page.next();
      lost += page.lost();
      page.acks().forEach(ack -> read.put(ack.workflowId(), ack));
      page = page(next);
    }
    return Map.copyOf(read);
  }

  /// Ends that the orchestrator's ring had dropped before they were read.
  public long lost() {
    return lost;
  }

  private AckPage page(long after) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(acks + "?after=" + after)).timeout(TIMEOUT).build();
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode() + " from " + acks);
    }
    try {
      return PAGE.decode(response.body());
    } catch (InvalidMessageException e) {
      throw new IOException(e);
    }
  }
}
