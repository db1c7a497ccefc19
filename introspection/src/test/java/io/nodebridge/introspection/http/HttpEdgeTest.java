package io.nodebridge.introspection.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.http.Status;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HttpEdgeTest {
  private static final int MAX_BODY = 1 << 20;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static HttpEdge edge;

  @BeforeAll
  static void start() {
    edge =
        HttpEdge.start(
            new HttpEdge.Listen("127.0.0.1", 0, MAX_BODY),
            new Readiness(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            routing ->
                routing.post(
                    "/length",
                    (request, response) ->
                        HttpEdge.sendJson(
                            response,
                            Status.OK_200,
                            String.valueOf(HttpEdge.jsonBody(request).length)
                                .getBytes(StandardCharsets.US_ASCII))));
  }

  @AfterAll
  static void stop() {
    edge.close();
    HTTP.close();
  }

  @Test
  void theLargestBodyIsRead() throws Exception {
    assertThat(post(MAX_BODY).body()).isEqualTo("" + MAX_BODY);
  }

  @Test
  void theAnswerToATooLargeBodyArrivesAndTheConnectionGoesOn() throws Exception {
    for (int i = 1; i < 16; i++) {
      HttpResponse<String> refused = post(i * MAX_BODY + 1);
      assertThat(refused.statusCode()).isEqualTo(413);
      assertThat(refused.body()).contains("must not exceed " + MAX_BODY + " bytes");
      assertThat(post(1).body()).isEqualTo("1");
    }
  }

  @Test
  void headIsRefusedWithoutABody() throws Exception {
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> head =
          HTTP.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + "/health/live"))
                  .HEAD()
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(head.statusCode()).isEqualTo(405);
      assertThat(head.headers().firstValue("Allow")).hasValue("GET");
      assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0)).isZero();
      assertThat(post(1).body()).isEqualTo("1");
    }
  }

  private static HttpResponse<String> post(int bytes) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + "/length"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[bytes]))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
