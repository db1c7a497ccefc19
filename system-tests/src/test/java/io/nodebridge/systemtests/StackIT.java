package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.StackException;
import io.nodebridge.bench.stack.Stacks;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// What the rig starts is gone when the rig is gone, however it went.
class StackIT {

  @TempDir private Path results;

  @Test
  void aFailedStartNamesThePartItsLastWordsAndItsLogAndLeavesNothing() throws Exception {
    Places ours = Places.fromSystemProperties();
    Places places = new Places(ours.root(), ours.out(), results);
    List<ProcessHandle> before = descendants(ProcessHandle.current());

    assertThatThrownBy(() -> Stacks.start(places, Map.of("NODEBRIDGE_NONSENSE", "1")))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("NODEBRIDGE_NONSENSE is no setting")
        // Every service has the bad setting; whichever ended first is named.
        .hasMessageFindingMatch(
            "(?s)(stamping|insight|reducer|registry|orchestrator).*the whole log: "
                + results
                + "/logs/\\1.log");

    assertThat(descendants(ProcessHandle.current())).containsExactlyInAnyOrderElementsOf(before);
    assertThat(databases()).isEmpty();
    assertThat(containersOf(ProcessHandle.current().pid())).isEmpty();
  }

  @Test
  void aKilledRigLeavesNothing() throws Exception {
    leavesNothingAfter("KILL");
  }

  // FirstHourIT interrupts an embedded one.
  @Test
  @DisabledIfSystemProperty(named = "stack", matches = "embedded")
  void anInterruptedRigLeavesNothing() throws Exception {
    leavesNothingAfter("INT");
  }

  private void leavesNothingAfter(String signal) throws Exception {
    Process rig = startRig();
    List<ProcessHandle> started = descendants(rig.toHandle());
    assertThat(started).isNotEmpty();
    assertThat(databases().isEmpty()).isEqualTo(!containersOf(rig.pid()).isEmpty());

    assertThat(new ProcessBuilder("kill", "-" + signal, "" + rig.pid()).start().waitFor()).isZero();

    assertThat(rig.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(started).noneMatch(ProcessHandle::isAlive);
              assertThat(databases()).isEmpty();
              assertThat(containersOf(rig.pid())).isEmpty();
            });
  }

  private Process startRig() throws IOException {
    Places places = Places.fromSystemProperties();
    Process rig =
        new ProcessBuilder(
                // A parent that runs in the background may have had Ctrl-C ignored, and we with it.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dnodebridge.root=" + places.root(),
                "-Dnodebridge.out=" + places.out(),
                "-Dnodebridge.results=" + results,
                "-Dstack=" + System.getProperty("stack", "auto"),
                RigMain.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = rig.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.startsWith("up ")) {
      line = output.readLine();
    }
    assertThat(line).as("the rig's stack came up").isNotNull();
    return rig;
  }

  private static List<ProcessHandle> descendants(ProcessHandle process) {
    return process.descendants().toList();
  }

  // The database server leaves its parent's tree; its data folder tells whose it is.
  private List<ProcessHandle> databases() {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(
              process ->
                  process.info().commandLine().orElse("").contains(results.resolve("work") + "/"))
          .toList();
    }
  }

  // Other rigs may run beside this test.
  private static List<String> containersOf(long rig) throws IOException {
    try {
      Process list =
          new ProcessBuilder("docker", "ps", "-a", "--format", "{{.Label \"io.nodebridge.rig\"}}")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return list.inputReader().lines().filter(run -> run.startsWith(rig + "-")).toList();
    } catch (IOException e) {
      return List.of(); // no such command, so no containers
    }
  }
}
