package io.nodebridge.introspection.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.helidon.http.Status;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HttpEdgeTest {
  private static final int MAX_BODY = 1 << 20;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final Readiness READINESS = new Readiness();

  private static HttpEdge edge;

  @BeforeAll
  static void start() {
    edge =
        HttpEdge.start(
            new HttpEdge.Listen("127.0.0.1", 0, MAX_BODY),
            READINESS,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            routing -> {
              routing.post(
                  "/length",
                  (request, response) ->
                      HttpEdge.sendJson(
                          response,
                          Status.OK_200,
                          String.valueOf(HttpEdge.jsonBody(request).length)
                              .getBytes(StandardCharsets.US_ASCII)));
              routing.post(
                  "/half",
                  (_, _) -> {
                    throw new ProblemException(
                        new Problem("urn:t", "t", 422, "d\ud800", "f\udc00", "v\ud800", "r\udfff"));
                  });
            });
  }

  @AfterAll
  static void stop() {
    edge.close();
    HTTP.close();
  }

  @Test
  void anEdgeThatCannotListenSaysWhere() {
    HttpEdge.Listen taken = new HttpEdge.Listen("127.0.0.1", edge.port(), MAX_BODY);

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                HttpEdge.start(
                    taken,
                    READINESS,
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                    _ -> {}))
        .withMessageContaining("127.0.0.1:" + edge.port())
        .withMessageContaining("HTTP_PORT");
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

  @Test
  void aProblemIsAnsweredWhateverItQuotes() throws Exception {
    HttpResponse<String> problem = post("/half", 1);
    assertThat(problem.statusCode()).isEqualTo(422);
    assertThat(problem.body())
        .contains("\"detail\":\"d\ufffd\",\"field\":\"f\ufffd\",\"value\":\"v\ufffd\"");
  }

  @Test
  void whatAPersonShouldKnowIsToldAndKeepsNoWorkAway() throws Exception {
    assertThat(ready().body()).isEqualTo("ready\n");
    READINESS.tell(() -> List.of("partition 3: it waits", "partition 5: it too"));
    assertThat(ready().statusCode()).isEqualTo(200);
    assertThat(ready().body()).isEqualTo("ready\npartition 3: it waits\npartition 5: it too\n");

    READINESS.require("the other thing", () -> false);
    assertThat(ready().statusCode()).isEqualTo(503);
    assertThat(ready().body())
        .contains("not ready: the other thing; partition 3: it waits; partition 5: it too");
  }

  private static HttpResponse<String> ready() throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + "/health/ready"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(int bytes) throws Exception {
    return post("/length", bytes);
  }

  private static HttpResponse<String> post(String path, int bytes) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[bytes]))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
