package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.stack.Places;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./bench up` and `./bench load` as somebody uses them by hand, on the fixed ports.
class UpIT {
  private static final Pattern FIRST_REQUEST = Pattern.compile("(?s)curl .*?\n\n");

  private static final String SAID = "said.txt";

  @TempDir private Path results;

  @Test
  void whatItPrintsAnswersTheFirstRequestAndTakesLoadUntilItIsInterrupted() throws Exception {
    Process up = bench(ProcessBuilder.Redirect.PIPE, "up");
    List<ProcessHandle> started = List.of();
    try {
      String told = read(up.inputReader(StandardCharsets.UTF_8), "Ctrl-C stops it.");
      Matcher request = FIRST_REQUEST.matcher(told);
      assertThat(request.find()).as(told).isTrue();
      assertThat(output("bash", "-c", request.group())).contains("\"state\":\"COMPLETED\"");

      started = up.descendants().toList();
      assertThat(started).hasSizeGreaterThan(6);

      assertThat(exit("load", "--rate=50", "--seconds=3")).isZero();
      assertThat(said().getLast()).startsWith("150 answered, p50 ").endsWith("; no errors");

      assertThat(exit("up")).isEqualTo(2);
      assertThat(said().getLast())
          .contains("in use: 8080 (orchestrator), 8081 (reducer)", "--free-ports");
    } finally {
      // As Ctrl-C does: to all that the terminal has started.
      new ProcessBuilder("kill", "-INT", "--", "-" + up.pid()).start().waitFor();
      assertThat(up.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(up.exitValue()).isEqualTo(130);
    assertThat(started).as("what it started").noneMatch(ProcessHandle::isAlive);
    try (Stream<Path> left = Files.list(results.resolve("up/work"))) {
      assertThat(left).as("what it stored").isEmpty();
    }
  }

  @Test
  void aLoadThatNobodyTakesIsNoFigure() throws Exception {
    assertThat(exit("load", "--rate=10", "--seconds=1", "--url=http://127.0.0.1:9")).isEqualTo(99);
    assertThat(said().getLast()).startsWith("0 answered, p50 –, ").contains("10 × ", "refused");

    assertThat(exit("load", "--rate=10", "--seconds=1", "--url=localhost:8080")).isEqualTo(2);
    assertThat(said())
        .anyMatch(line -> line.contains("--url is \"localhost:8080\": must be as http"));
    assertThat(exit("load", "--rate=1e6", "--seconds=1000000")).isEqualTo(2);
    assertThat(said()).anyMatch(line -> line.contains("must be 1 to 1000000000 workflows"));
  }

  // Its exit code, in time; what it said is in the file.
  private int exit(String... arguments) throws Exception {
    Process bench = bench(ProcessBuilder.Redirect.to(results.resolve(SAID).toFile()), arguments);
    try {
      assertThat(bench.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("ended").isTrue();
      return bench.exitValue();
    } finally {
      bench.destroyForcibly();
    }
  }

  private List<String> said() throws IOException {
    return Files.readAllLines(results.resolve(SAID));
  }

  private Process bench(ProcessBuilder.Redirect output, String... arguments) throws IOException {
    Places places = Places.fromSystemProperties();
    Path script = places.root().resolve("e2e-bench").resolve(places.out()).resolve("app/bin/bench");
    List<String> command =
        new ArrayList<>(List.of("setsid", "env", "--default-signal=INT", script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder bench =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
    bench.environment().put("JAVA_HOME", System.getProperty("java.home"));
    bench
        .environment()
        .put(
            "JAVA_OPTS",
            "-Dnodebridge.root=%s -Dnodebridge.out=%s -Dnodebridge.results=%s"
                .formatted(places.root(), places.out(), results));
    return bench.start();
  }

  private static String read(BufferedReader output, String last) throws IOException {
    StringBuilder told = new StringBuilder();
    String line = output.readLine();
    while (line != null && !line.contains(last)) {
      told.append(line).append('\n');
      line = output.readLine();
    }
    assertThat(line).as(told.toString()).isNotNull();
    return told.toString();
  }

  private static String output(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
