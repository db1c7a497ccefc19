package io.nodebridge.introspection.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpMediaType;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A service's HTTP server: its own routes, and what every service has: health, metrics, problems.
public final class HttpEdge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEdge.class);
  private static final JsonCodec<Problem> PROBLEM = JsonCodec.of(Problem.class);
  private static final String PROBLEM_JSON = "application/problem+json";
  // A body so many times too large is still read to its end, because a connection that is closed
  // with unread bytes is reset, and the reset overtakes the answer.
  private static final int READ_OUT = 16;

  private final WebServer server;

  private HttpEdge(WebServer server) {
    this.server = server;
  }

  /// Where and how large.
  ///
  /// @param port 0 takes a free one
  /// @param maxBodyBytes larger bodies are answered with 413; from 16 times as large on, the
  ///   connection may be cut before the answer is read
  public record Listen(String bind, int port, long maxBodyBytes) {}

  /// Starts serving `routes` beside `/health/{live,ready,started}` and `/metrics`.
  public static HttpEdge start(
      Listen listen,
      Readiness readiness,
      PrometheusMeterRegistry meters,
      Consumer<HttpRouting.Builder> routes) {
    HttpRouting.Builder routing = HttpRouting.builder();
    routing.addFilter(
        (chain, request, response) -> {
          if (request.prologue().method().equals(Method.HEAD)) {
            // A body behind it, be it of a problem, would be taken for the next answer.
            response.status(Status.METHOD_NOT_ALLOWED_405).header(HeaderNames.ALLOW, "GET").send();
          } else {
            chain.proceed();
          }
        });
    routing.get("/health/live", (request, response) -> sendText(response, "live\n"));
    routing.get("/health/started", (request, response) -> sendText(response, "started\n"));
    routing.get("/health/ready", (request, response) -> sendReadiness(response, readiness));
    routing.get("/metrics", (request, response) -> sendText(response, meters.scrape()));
    routes.accept(routing);
    routing.any(
        (request, response) -> {
          throw new ProblemException(
              Problem.of(
                  404,
                  "no-such-resource",
                  "There is nothing here",
                  request.prologue().method().text() + " " + request.path().path()));
        });
    routing.error(ProblemException.class, (request, response, e) -> send(response, e));
    routing.error(
        InvalidMessageException.class,
        (request, response, e) -> send(response, new ProblemException(Problem.of(400, e))));
    routing.error(
        Exception.class,
        (request, response, e) -> {
          LOG.error("a request failed", e);
          send(response, new ProblemException(internalError()));
        });
    WebServer server =
        WebServer.builder()
            .host(listen.bind())
            .port(listen.port())
            .maxPayloadSize(READ_OUT * listen.maxBodyBytes())
            // An answer that takes two writes would wait for the client's delayed ACK, 40 ms.
            .connectionOptions(options -> options.tcpNoDelay(true))
            .shutdownHook(false)
            .shutdownGracePeriod(Duration.ofSeconds(1))
            .directHandlers(serverErrors(listen.maxBodyBytes()))
            .routing(routing)
            .build()
            .start();
    // It logs what it cannot listen on, and returns.
    if (!server.isRunning()) {
      throw new IllegalStateException(
          "nothing can listen on %s:%d, which may be in use: end what does, or set HTTP_PORT or NODEBRIDGE_BIND"
              .formatted(listen.bind(), listen.port()));
    }
    return new HttpEdge(server);
  }

  /// Answers every other method on these paths with 405; call it behind their own routes.
  ///
  /// @param allowed the methods that are served, as the header `Allow` lists them
  public static void refuseOtherMethods(
      HttpRouting.Builder routing, String allowed, String... paths) {
    for (String path : paths) {
      routing.any(
          path,
          (request, response) -> {
            String method = request.prologue().method().text();
            response.header(HeaderNames.ALLOW, allowed);
            send(
                response,
                new ProblemException(
                    new Problem(
                        "urn:nodebridge:problem:method-not-allowed",
                        "Not with this method",
                        405,
                        "method: must be " + allowed,
                        "method",
                        method,
                        "must be " + allowed)));
          });
    }
  }

  /// Serves the OpenAPI document of a service under `/openapi`.
  ///
  /// @param resource its place on the class path
  public static void describe(HttpRouting.Builder routing, Class<?> owner, String resource) {
    byte[] document;
    try (InputStream stream = owner.getResourceAsStream(resource)) {
      document = Objects.requireNonNull(stream, resource).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    routing.get(
        "/openapi",
        (_, response) ->
            response.header(HeaderNames.CONTENT_TYPE, "application/yaml").send(document));
    refuseOtherMethods(routing, "GET", "/openapi");
  }

  public int port() {
    return server.port();
  }

  /// Where others reach this server.
  ///
  /// @param advertised the configured address; null takes the one that it listens on
  public URI url(@Nullable URI advertised, String bind) {
    return advertised == null ? URI.create("http://" + bind + ":" + port()) : advertised;
  }

  @Override
  public void close() {
    server.stop();
  }

  /// The body of a request that must be JSON.
  ///
  /// @throws ProblemException 415 if it is declared as anything else, 400 if there is none, 413 if
  ///   it is too large
  public static byte[] jsonBody(ServerRequest request) {
    boolean json =
        request
            .headers()
            .contentType()
            .map(HttpMediaType::mediaType)
            .map(type -> type.text().equals("application/json"))
            .orElse(false);
    if (!json) {
      String found = request.headers().value(HeaderNames.CONTENT_TYPE).orElse("none");
      throw new ProblemException(
          new Problem(
              "urn:nodebridge:problem:unsupported-media-type",
              "Only JSON is understood",
              415,
              "Content-Type must be application/json",
              "Content-Type",
              found,
              "must be application/json"));
    }
    if (!request.content().hasEntity()) {
      throw new InvalidMessageException("body", "nothing", "a JSON object is required");
    }
    int max = (int) (request.listenerContext().config().maxPayloadSize() / READ_OUT);
    try (InputStream content = request.content().inputStream()) {
      byte[] body = content.readNBytes(max);
      if (content.transferTo(OutputStream.nullOutputStream()) > 0) {
        throw new ProblemException(tooLarge(max));
      }
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Answers with a JSON document.
  public static void sendJson(ServerResponse response, Status status, byte[] json) {
    response.status(status).header(HeaderNames.CONTENT_TYPE, "application/json").send(json);
  }

  private static void sendText(ServerResponse response, String text) {
    response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8").send(text);
  }

  private static void sendReadiness(ServerResponse response, Readiness readiness) {
    List<String> missing = readiness.missing();
    List<String> lines = new ArrayList<>(readiness.troubles());
    if (missing.isEmpty()) {
      lines.addFirst("ready");
      sendText(response, String.join("\n", lines) + "\n");
      return;
    }
    lines.addFirst("not ready: " + String.join(", ", missing));
    throw new ProblemException(
        Problem.of(503, "not-ready", "Not ready", String.join("; ", lines)), 1);
  }

  private static void send(ServerResponse response, ProblemException e) {
    Problem problem = e.problem();
    response.status(problem.status()).header(HeaderNames.CONTENT_TYPE, PROBLEM_JSON);
    if (e.retryAfterSeconds() != null) {
      response.header(HeaderNames.RETRY_AFTER, e.retryAfterSeconds().toString());
    }
    response.send(PROBLEM.encode(problem));
  }

  // What the server refuses before a route is reached.
  private static DirectHandlers serverErrors(long maxBodyBytes) {
    return DirectHandlers.builder()
        .addHandler(
            DirectHandler.EventType.BAD_REQUEST,
            (request, type, status, headers, message) -> refused(status, message, maxBodyBytes))
        .addHandler(
            DirectHandler.EventType.OTHER,
            (request, type, status, headers, message) -> refused(status, message, maxBodyBytes))
        .addHandler(
            DirectHandler.EventType.INTERNAL_ERROR,
            (request, type, status, headers, message) -> direct(internalError()))
        .build();
  }

  private static DirectHandler.TransportResponse refused(
      Status status, String message, long maxBodyBytes) {
    if (status.code() != 413) {
      return direct(Problem.of(status.code(), "bad-request", "The request is malformed", message));
    }
    return direct(tooLarge(maxBodyBytes));
  }

  private static Problem tooLarge(long maxBytes) {
    return new Problem(
        "urn:nodebridge:problem:too-large",
        "The body is too large",
        413,
        "the body must not exceed " + maxBytes + " bytes",
        "body",
        "more than " + maxBytes + " bytes",
        "must not exceed " + maxBytes + " bytes");
  }

  private static DirectHandler.TransportResponse direct(Problem problem) {
    return DirectHandler.TransportResponse.builder()
        .status(Status.create(problem.status()))
        .header(HeaderNames.CONTENT_TYPE, PROBLEM_JSON)
        .entity(new String(PROBLEM.encode(problem), StandardCharsets.UTF_8))
        .build();
  }

  private static Problem internalError() {
    return Problem.of(
        500, "internal", "The service failed", "the cause is in the service's log, not in here");
  }
}
