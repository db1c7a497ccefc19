package io.nodebridge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.options.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The workflow files call what exists, with keys that the runner knows.
class WorkflowFilesTest {
  private static final Path ROOT = Path.of("..");
  private static final Set<String> OF_A_WORKFLOW = Set.of("name", "on", "permissions", "jobs");
  private static final Set<String> OF_A_JOB = Set.of("runs-on", "timeout-minutes", "steps");
  private static final Set<String> OF_A_STEP = Set.of("name", "uses", "with", "if", "env", "run");
  // On every runner that these files name.
  private static final Set<String> ON_THE_RUNNER =
      Set.of("cat", "docker", "env", "jq", "mvn", "sudo");
  private static final Pattern ACTION = Pattern.compile("[a-z-]+/[a-z-]+@v[0-9]+");
  private static final Pattern OURS = Pattern.compile("(?<=^| )(\\.?[a-z.-]*/[a-z./-]+)(?= |$)");
  private static final Pattern PROPERTY = Pattern.compile("-D(bench\\.[A-Za-z.]+)");

  @Test
  void everythingIsKnown() throws IOException {
    assertThat(files()).isNotEmpty().allSatisfy(WorkflowFilesTest::known);
  }

  private static void known(Path file) throws IOException {
    Map<?, ?> workflow =
        map(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
    assertThat(names(workflow)).containsExactlyInAnyOrderElementsOf(OF_A_WORKFLOW);
    assertThat(workflow.get("permissions")).isEqualTo(Map.of("contents", "read"));
    Map<?, ?> jobs = map(workflow.get("jobs"));
    assertThat(jobs).isNotEmpty();
    for (Object one : jobs.values()) {
      Map<?, ?> job = map(one);
      assertThat(names(job)).containsExactlyInAnyOrderElementsOf(OF_A_JOB);
      assertThat((List<?>) job.get("steps")).isNotEmpty().allSatisfy(step -> known(map(step)));
    }
  }

  private static void known(Map<?, ?> step) {
    assertThat(OF_A_STEP).containsAll(names(step));
    Object uses = step.get("uses");
    Object run = step.get("run");
    assertThat((uses == null) != (run == null)).as("one of uses and run: %s", step).isTrue();
    if (uses != null) {
      assertThat(uses.toString()).matches(ACTION);
    } else {
      String.valueOf(run).lines().forEach(WorkflowFilesTest::runs);
    }
  }

  private static void runs(String command) {
    String program = command.split(" ", 2)[0];
    if (!ON_THE_RUNNER.contains(program)) {
      assertThat(ROOT.resolve(program)).as(command).isExecutable();
    }
    if (!program.equals("docker")) {
      assertThat(OURS.matcher(command).results().map(MatchResult::group))
          .as(command)
          .allSatisfy(
              path ->
                  assertThat(
                          Files.exists(ROOT.resolve(path)) || path.startsWith("e2e-bench/target/"))
                      .as(path)
                      .isTrue());
    }
    assertThat(PROPERTY.matcher(command).results().map(found -> found.group(1)))
        .allSatisfy(name -> assertThat(Option.ofProperty(name)).as(name).isPresent());
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(".github/workflows"))) {
      return files.sorted().toList();
    }
  }

  private static Map<?, ?> map(@Nullable Object value) {
    assertThat(value).isInstanceOf(Map.class);
    return (Map<?, ?>) Objects.requireNonNull(value);
  }

  private static List<String> names(Map<?, ?> map) {
    return map.keySet().stream().map(String::valueOf).toList();
  }
}
