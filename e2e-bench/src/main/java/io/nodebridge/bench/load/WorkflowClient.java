package io.nodebridge.bench.load;

import io.nodebridge.events.message.Accepted;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.WorkflowOutcome;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Posts workflows over kept-alive connections and enters what was accepted into a ledger.
///
/// The client blocks the calling virtual thread and nothing else: what a driver costs is missing to
/// what it drives. Helidon's, which costs less, watches its idle connections on threads that
/// sometimes read what belongs to the next request (helidon-io/helidon#10861).
public final class WorkflowClient implements AutoCloseable {
  private static final JsonCodec<Accepted> ACCEPTED = JsonCodec.of(Accepted.class);
  private static final JsonCodec<WorkflowOutcome> OUTCOME = JsonCodec.of(WorkflowOutcome.class);
  private static final Timeout TIMEOUT = Timeout.ofSeconds(10);

  /// More calls at once wait for one of them to end.
  public static final int MAX_CONNECTIONS = 1_024;

  private static final int OK_200 = 200;
  private static final int ACCEPTED_202 = 202;

  private final URI workflows;
  private final Contents contents;
  private final Ledger ledger;
  private final CloseableHttpClient http;

  private record Answer(int status, byte[] body) {}

  public WorkflowClient(URI orchestrator, Contents contents, Ledger ledger) {
    this.workflows = orchestrator.resolve("/v1/workflows");
    this.contents = contents;
    this.ledger = ledger;
    this.http =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(MAX_CONNECTIONS)
                    .setMaxConnTotal(MAX_CONNECTIONS)
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(TIMEOUT)
                            .setSocketTimeout(TIMEOUT)
                            .build())
                    .build())
            // One call is one request: what the client repeated unasked would not be measured.
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableContentCompression()
            .disableCookieManagement()
            .disableAuthCaching()
            .build();
  }

  /// Posts one workflow with a content of its own.
  ///
  /// @return its id, or null if it was not accepted; the ledger has the reason
  public @Nullable UUID post(long number, long intendedNanos) {
    Contents.Document document = contents.document(number);
    HttpPost request = new HttpPost(workflows);
    request.setEntity(new ByteArrayEntity(document.json(), ContentType.APPLICATION_JSON));
    long sentNanos = System.nanoTime();
    try {
      Answer answer = http.execute(request, WorkflowClient::read);
      long answeredNanos = System.nanoTime();
      if (answer.status() != ACCEPTED_202) {
        ledger.failed("status " + answer.status());
        return null;
      }
      UUID id = ACCEPTED.decode(answer.body()).workflowId();
      ledger.accepted(document.sent(id, intendedNanos, sentNanos, answeredNanos));
      return id;
    } catch (IOException | RuntimeException e) {
      ledger.failed(e.toString());
      return null;
    }
  }

  /// Posts one workflow and waits for its end; enters nothing into the ledger.
  ///
  /// @return how it ended, or why that is not known: a status of HTTP, or an exception
  public String ended(long number, Duration patience) {
    HttpPost request = new HttpPost(workflows);
    request.setEntity(
        new ByteArrayEntity(contents.document(number).json(), ContentType.APPLICATION_JSON));
    request.setHeader("Prefer", "wait=" + patience.toSeconds());
    try {
      Answer answer = http.execute(request, WorkflowClient::read);
      return answer.status() == OK_200
          ? OUTCOME.decode(answer.body()).state().name()
          : "status " + answer.status();
    } catch (IOException | RuntimeException e) {
      return e.toString();
    }
  }

  private static Answer read(ClassicHttpResponse response) throws IOException {
    return new Answer(response.getCode(), EntityUtils.toByteArray(response.getEntity()));
  }

  @Override
  public void close() {
    http.close(CloseMode.IMMEDIATE);
  }
}
