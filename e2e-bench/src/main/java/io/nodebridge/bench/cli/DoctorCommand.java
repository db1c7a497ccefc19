package io.nodebridge.bench.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.avaje.jsonb.Json;
import io.nodebridge.bench.compare.History;
import io.nodebridge.bench.health.Disturbance;
import io.nodebridge.bench.health.Health;
import io.nodebridge.bench.health.HealthWatch;
import io.nodebridge.bench.health.Pace;
import io.nodebridge.bench.health.RunPace;
import io.nodebridge.bench.measure.DiskSync;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.options.Options;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Surroundings;
import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stacks;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Says what can be measured here, and what disturbs it now.
@Command(
    name = "doctor",
    description = "Says what this machine can measure, and whether it is at rest.")
final class DoctorCommand implements Callable<Integer> {
  private static final JsonCodec<Finding> FINDING = JsonCodec.of(Finding.class);
  private static final Duration WATCH = Duration.ofSeconds(2);
  private static final Path AUTOGROUP = Path.of("/proc/sys/kernel/sched_autogroup_enabled");
  private static final int CORES = 2;
  private static final long DISK = 2L << 30;

  private final Places places;

  @Mixin private Output output = new Output();

  DoctorCommand(Places places) {
    this.places = places;
  }

  /// @param ok whether nothing stands in the way
  /// @param says what was found, and what follows from it
  @Json
  record Finding(String name, boolean ok, String says) {}

  @Override
  public Integer call() throws Exception {
    List<Finding> findings = new ArrayList<>();
    Results.Machine machine = Surroundings.machine();
    findings.add(
        new Finding(
            "machine",
            machine.cores() >= CORES,
            machine.fingerprint() + "; " + machine.jdk() + "; " + machine.os()));
    String missing = Stacks.missingForContainers();
    findings.add(new Finding("embedded stack", true, "child processes; always to be had"));
    findings.add(
        new Finding("containers", missing == null, missing == null ? "to be had" : missing));
    Files.createDirectories(places.results());
    long free = places.results().toFile().getUsableSpace();
    findings.add(
        new Finding(
            "disk",
            free >= DISK,
            String.format(
                Locale.ROOT,
                "%.1f GB free; a flush of 4 KB takes %.2f ms (median), the floor of each commit",
                free / 1e9,
                DiskSync.medianMillis(places.results()))));
    Options options = Options.read(places.root().resolve("e2e-bench/bench.yaml"), Map.of());
    History history = History.read(places.root().resolve(options.text(Option.STORAGE)));
    findings.addAll(watched(history.bestPace(machine)));
    findings.add(groups());
    if (output.json()) {
      output.print(FINDING.encodeList(findings));
    } else {
      findings.forEach(
          f -> System.out.printf("%-4s %-24s %s%n", f.ok() ? "ok" : "!", f.name(), f.says()));
    }
    return 0;
  }

  /// @param best pace of earlier runs
  private static List<Finding> watched(@Nullable Pace best) throws InterruptedException {
    RunPace pace = new RunPace(best);
    Runnable looks = () -> IntStream.range(0, RunPace.LEAST_LOOKS).forEach(_ -> pace.look());
    try (HealthWatch watch = HealthWatch.begin(List.of(), looks)) {
      Thread.sleep(WATCH);
      Health health = watch.end(List.of()).and(pace.health());
      return Arrays.stream(Disturbance.values())
          // Nothing of ours runs that could wait.
          .filter(disturbance -> disturbance != Disturbance.LONGEST_WAIT)
          .map(disturbance -> finding(disturbance, health))
          .toList();
    }
  }

  private static Finding groups() throws IOException {
    boolean on = Files.exists(AUTOGROUP) && Files.readString(AUTOGROUP, UTF_8).strip().equals("1");
    return new Finding(
        "scheduling by session",
        !on,
        on
            ? "on: on few busy processors the embedded Postgres may wait for hundreds of ms;"
                + " off with: sysctl kernel.sched_autogroup_enabled=0"
            : "off");
  }

  private static Finding finding(Disturbance disturbance, Health health) {
    Double much = health.seen().get(disturbance);
    return much == null
        ? new Finding(
            disturbance.figure(), false, "cannot be told here: it will not make a run BUSY")
        : new Finding(
            disturbance.figure(),
            much <= disturbance.limit(),
            String.format(
                Locale.ROOT,
                "%.1f %s; above %.0f a run is BUSY",
                much,
                disturbance.meaning(),
                disturbance.limit()));
  }
}
