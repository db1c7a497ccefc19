package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the dashboards draw is what the services tell.
class DashboardsIT {
  private static final Path FOLDER = Path.of("docker/observability/grafana/dashboards");
  private static final Pattern EXPRESSION = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:nodebridge|jvm|process|system)_[a-z_]+");
  private static final Pattern GROUPING = Pattern.compile("by \\(([a-z_, ]+)\\)");
  private static final Pattern MATCHER = Pattern.compile("([a-z_]+)=\\\\\"");
  // Prometheus adds them to whatever it reads.
  private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]+)(?:\\{(.*)})? ");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
  private static final Pattern METRICS_URL = Pattern.compile("\"metrics\":\"(http[^\"]+)\"");
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int WAIT_SECONDS = 50;
  private static final String TWO_STEPS =
      """
      {"namespace":"dashboards","content":{"text":"seen"},"intelligence":true}
      """;

  /// An expression with the labels that it groups by or chooses by.
  private record Drawn(String dashboard, String expression, Set<String> labels) {
    Set<String> metrics() {
      return new TreeSet<>(all(METRIC, expression, 0));
    }
  }

  @Test
  void eachMetricAndLabelThatTheyNameIsServed() throws Exception {
    Stack stack = TestStacks.shared();
    List<Drawn> drawn = drawn();
    // Some appear with their first value.
    assertThat(
            new IntakeClient(stack)
                .post(stack.orchestrator(), "seen", TWO_STEPS, WAIT_SECONDS)
                .statusCode())
        .isEqualTo(200);

    // A collection may be still to come, and a node that another test has killed be listed.
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              Map<String, Set<String>> served = served(stack.registry());
              assertThat(drawn).allSatisfy(one -> servedAll(one, served));
            });
  }

  private static void servedAll(Drawn drawn, Map<String, Set<String>> served) {
    assertThat(served.keySet()).as(drawn.toString()).containsAll(drawn.metrics());
    Set<String> labels = new TreeSet<>(OF_PROMETHEUS);
    drawn.metrics().forEach(metric -> labels.addAll(served.get(metric)));
    assertThat(labels).as(drawn.toString()).containsAll(drawn.labels());
  }

  private static List<Drawn> drawn() throws IOException {
    List<Drawn> drawn = new ArrayList<>();
    Path folder = Places.fromSystemProperties().root().resolve(FOLDER);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".json")).toList()) {
        List<String> expressions = all(EXPRESSION, Files.readString(file), 1);
        assertThat(expressions).as(file.toString()).hasSizeGreaterThan(5);
        for (String expression : expressions) {
          Set<String> labels = new TreeSet<>(all(MATCHER, expression, 1));
          all(GROUPING, expression, 1).forEach(by -> labels.addAll(List.of(by.split(", "))));
          drawn.add(new Drawn(file.getFileName().toString(), expression, labels));
        }
      }
    }
    assertThat(drawn.stream().map(Drawn::dashboard).distinct()).hasSize(3);
    return drawn;
  }

  /// The labels of each metric that a live node or the registry, which is none, serves.
  private static Map<String, Set<String>> served(URI registry) throws Exception {
    Map<String, Set<String>> served = new TreeMap<>();
    String nodes = get(registry.resolve("/v1/nodes?state=ALIVE"));
    Set<String> urls = new TreeSet<>(all(METRICS_URL, nodes, 1));
    urls.add(registry.resolve("/metrics").toString());
    for (String url : urls) {
      SAMPLE
          .matcher(get(URI.create(url)))
          .results()
          .forEach(
              sample ->
                  served
                      .computeIfAbsent(sample.group(1), _ -> new TreeSet<>())
                      .addAll(
                          sample.group(2) == null ? List.of() : all(LABEL, sample.group(2), 1)));
    }
    return served;
  }

  private static List<String> all(Pattern pattern, String text, int group) {
    return pattern.matcher(text).results().map((MatchResult found) -> found.group(group)).toList();
  }

  private static String get(URI url) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(url).timeout(LIMIT).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
