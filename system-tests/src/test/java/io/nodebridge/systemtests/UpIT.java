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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./bench up` and `./bench load` as somebody uses them by hand, on the fixed ports.
class UpIT {
  private static final Pattern FIRST_REQUEST = Pattern.compile("(?s)curl .*?\n\n");

  @TempDir private Path results;

  @Test
  void whatItPrintsAnswersTheFirstRequestAndTakesLoadUntilItIsInterrupted() throws Exception {
    Process up = bench(ProcessBuilder.Redirect.PIPE, "up");
    try {
      String told = read(up.inputReader(StandardCharsets.UTF_8), "Ctrl-C stops it.");
      Matcher request = FIRST_REQUEST.matcher(told);
      assertThat(request.find()).as(told).isTrue();
      assertThat(output("bash", "-c", request.group())).contains("\"state\":\"COMPLETED\"");

      Path load = results.resolve("load.txt");
      Process loading =
          bench(ProcessBuilder.Redirect.to(load.toFile()), "load", "--rate=50", "--seconds=3");
      assertThat(loading.waitFor()).as(Files.readString(load)).isZero();
      assertThat(Files.readAllLines(load).getLast())
          .startsWith("150 ended, p50 ")
          .endsWith("no errors");

      Path second = results.resolve("second.txt");
      Process again = bench(ProcessBuilder.Redirect.to(second.toFile()), "up");
      assertThat(again.waitFor()).isEqualTo(2);
      assertThat(Files.readString(second))
          .contains("in use: 8080 (orchestrator), 8081 (reducer)")
          .contains("another ./bench up");

      Path nobody = results.resolve("nobody.txt");
      Process refused =
          bench(
              ProcessBuilder.Redirect.to(nobody.toFile()),
              "load",
              "--rate=10",
              "--seconds=1",
              "--url=http://127.0.0.1:9");
      assertThat(refused.waitFor()).isEqualTo(99);
      assertThat(Files.readString(nobody)).contains("0 ended", "10 × ", "refused");
    } finally {
      new ProcessBuilder("kill", "-INT", "" + up.pid()).start().waitFor();
      assertThat(up.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(up.exitValue()).isEqualTo(130);
    try (var left = Files.list(results.resolve("work"))) {
      assertThat(left).as("what it stored").isEmpty();
    }
  }

  private Process bench(ProcessBuilder.Redirect output, String... arguments) throws IOException {
    Places places = Places.fromSystemProperties();
    Path script = places.root().resolve("e2e-bench").resolve(places.out()).resolve("app/bin/bench");
    List<String> command =
        new ArrayList<>(List.of("env", "--default-signal=INT", script.toString()));
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
