package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.systemtests.Guide.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page for the first hour, and `./bench` as somebody uses it by hand, on the fixed ports.
class FirstHourIT {
  private static final Path PAGE = Documented.ROOT.resolve("docs/first-hour.md");
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int INTERRUPTED = 130;

  private static final String SAID = "said.txt";

  @TempDir private Path project;
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void aProjectThatIsBuilt() throws IOException {
    Files.createSymbolicLink(project.resolve("docs"), Documented.ROOT.resolve("docs"));
    Path bench =
        Files.writeString(
            project.resolve("bench"),
            "#!/bin/sh\n[ \"$1\" != run ] || set -- \"$@\" --storage=%s\nexec %s \"$@\"\n"
                .formatted(project.resolve(".bench"), program()));
    assertThat(bench.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void theFirstHourGoesAsItIsWritten() throws Exception {
    List<Step> steps = Guide.read(PAGE).steps();
    assertThat(steps).hasSizeGreaterThan(20);
    assertThat(steps.getLast().interrupts()).isTrue();
    String python = Documented.pythonWithKafka();
    if (python == null) {
      System.out.println("not tried: the worker, without confluent_kafka for Python");
      steps =
          steps.stream()
              .filter(step -> !step.typed().matches("(?s).*(worker|reverse-1).*"))
              .filter(step -> !step.shown().toString().contains("reverse-1"))
              .toList();
    } else {
      environment = Map.of("PATH", withPython(python));
    }

    Terminal first = null;
    try (Terminal second = Terminal.idle(project, environment())) {
      for (Step step : steps.subList(0, steps.size() - 1)) {
        long begin = System.nanoTime();
        if (step.interrupts()) {
          assertThat(Objects.requireNonNull(first).interrupt(PATIENCE)).isEqualTo(INTERRUPTED);
        } else if (step.first()) {
          first = Terminal.running(step.typed(), project, environment());
          List<String> told = first.until(step.shown().getLast(), LONG);
          told.add(step.shown().getLast());
          requireShown(step, told);
        } else {
          requireShown(step, second.type(step.typed(), LONG));
        }
        System.out.printf("%5.1f s  %s%n", (System.nanoTime() - begin) / 1e9, step.typed());
      }
      Terminal up = Objects.requireNonNull(first);
      up.until("bench: reducer is back after ", LONG);
      assertThat(exit("up")).isEqualTo(2);
      assertThat(said().getLast())
          .contains("in use: 8080 (orchestrator), 8081 (reducer)", "--free-ports");
      whatWasMeasuredIsInTheReport();
      whatCannotBeMeasuredIsRefused();

      List<ProcessHandle> started = up.process().descendants().toList();
      assertThat(started).hasSizeGreaterThan(6);
      assertThat(up.interrupt(PATIENCE)).isEqualTo(INTERRUPTED);
      assertThat(started).as("what it started").noneMatch(ProcessHandle::isAlive);
      try (Stream<Path> left = Files.list(results().resolve("up/work"))) {
        assertThat(left).as("what it stored").isEmpty();
      }
    } finally {
      if (first != null) {
        first.close();
      }
    }
  }

  private void requireShown(Step step, List<String> told) throws IOException {
    Path log = results().resolve("up/logs/orchestrator.log");
    assertThat(step.isShownBy(told))
        .as(
            "%s%n%s%n%s",
            step, String.join("\n", told), Files.exists(log) ? Files.readString(log) : "not up yet")
        .isTrue();
  }

  private String withPython(String python) throws IOException {
    Path folder = Files.createDirectory(project.resolve("bin"));
    Path script =
        Files.writeString(
            folder.resolve("python3"),
            "#!/bin/sh\nexec %s \"$@\"\n".formatted(Documented.path(python)));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return folder + ":" + System.getenv("PATH");
  }

  private void whatCannotBeMeasuredIsRefused() throws Exception {
    String database = "postgres://postgres:%s@127.0.0.1:5432/postgres";
    environment = Map.of("DATABASE_URL", database.formatted("postgres"));
    assertThat(exit("run", "single*", "--stack=external", "--reducer-url=http://127.0.0.1:8080"))
        .isEqualTo(2);
    assertThat(said().getLast()).contains("/internal/commits", "answers 404, must be 200");
    assertThat(exit("run", "single*", "--stack=external", "--kafka=127.0.0.1:9")).isEqualTo(2);
    assertThat(said().getLast()).contains("kafka is \"127.0.0.1:9\": ", "must be the broker");
    assertThat(exit("run", "reducer_drain", "--stack=external")).isEqualTo(2);
    assertThat(said()).anyMatch(line -> line.contains("reducer_drain is left out: it holds"));

    environment =
        Map.of(
            "DATABASE_URL",
            database.replace("5432/postgres", "5432/template1").formatted("postgres"));
    assertThat(exit("run", "single*", "--stack=external")).isEqualTo(2);
    assertThat(said().getLast())
        .contains("DATABASE_URL cannot read the reducer's and the registry's rows: ");
    environment = Map.of();
  }

  // The machine has other things to do, so the verdict is not asked for.
  private void whatWasMeasuredIsInTheReport() throws IOException {
    Results.Benchmark single = Report.read(results().resolve(Report.FILE)).benchmarks().getFirst();
    assertThat(single.checks().stream().filter(check -> !check.name().startsWith("machine")))
        .isNotEmpty()
        .allMatch(Check::ok);
    assertThat(single.samples()).isEqualTo(200);
    assertThat(single.command()).contains("single_workflow_execution", "-Dstack=external");
    assertThat(results().resolve(Report.PAGE)).content().contains("single_workflow_execution");
  }

  @Test
  void aLoadThatNobodyTakesIsNoFigure() throws Exception {
    assertThat(exit("load", "--rate=10", "--seconds=1", "--url=http://127.0.0.1:9")).isEqualTo(99);
    assertThat(said().getLast())
        .startsWith("10 sent, 0 completed, p50 –, ")
        .contains("10 × ", "refused");

    assertThat(exit("load", "--rate=10", "--seconds=1", "--url=localhost:8080")).isEqualTo(2);
    assertThat(said())
        .anyMatch(line -> line.contains("--url is \"localhost:8080\": must be as http"));
    assertThat(exit("load", "--rate=1e6", "--seconds=1000000")).isEqualTo(2);
    assertThat(said()).anyMatch(line -> line.contains("must be 1 to 1000000000 workflows"));
  }

  // Its exit code, in time; what it said is in the file.
  private int exit(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(project.resolve("bench").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(project.resolve(SAID).toFile());
    builder.environment().remove("DATABASE_URL");
    builder.environment().putAll(environment());
    Process bench = builder.start();
    try {
      assertThat(bench.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("ended").isTrue();
      return bench.exitValue();
    } finally {
      bench.destroyForcibly();
    }
  }

  private List<String> said() throws IOException {
    return Files.readAllLines(project.resolve(SAID));
  }

  private Map<String, String> environment() {
    Map<String, String> all = new HashMap<>(environment);
    all.put("JAVA_HOME", System.getProperty("java.home"));
    all.put(
        "JAVA_OPTS",
        "-Dnodebridge.root=%s -Dnodebridge.out=%s -Dnodebridge.results=%s"
            .formatted(Documented.ROOT, Places.fromSystemProperties().out(), results()));
    return all;
  }

  private Path results() {
    return project.resolve("e2e-bench/target/bench");
  }

  private static Path program() {
    String out = Places.fromSystemProperties().out();
    return Documented.ROOT.resolve("e2e-bench").resolve(out).resolve("app/bin/bench");
  }
}
