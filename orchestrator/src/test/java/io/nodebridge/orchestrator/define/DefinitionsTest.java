package io.nodebridge.orchestrator.define;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nodebridge.introspection.config.ConfigurationException;
import io.nodebridge.orchestrator.decide.Definition;
import io.nodebridge.orchestrator.decide.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefinitionsTest {
  @TempDir private Path folder;

  @Test
  void theShippedOnesAreThere() {
    Definitions shipped = Definitions.load(null);
    assertThat(shipped.names()).containsExactly("fan-out", "local", "stamping");
    Definition stamping = Objects.requireNonNull(shipped.latest("stamping"));
    assertThat(stamping.timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(stamping.hash()).matches("[0-9a-f]{64}");
    Step insight = stamping.steps().get(1);
    assertThat(insight.work()).isEqualTo(new Step.Work.Call("content.insight"));
    assertThat(insight.onFailure()).isEqualTo(Step.OnFailure.DEGRADE);
    assertThat(insight.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(stamping.local()).isFalse();
    assertThat(Objects.requireNonNull(shipped.latest("local")).local()).isTrue();
  }

  @Test
  void versionsStandSideBySideAndNewWorkflowsTakeTheHighest() throws IOException {
    write("two.yaml", "name: mine\nversion: 2\nsteps: {a: {run: validate}}\n");
    write("ten.yml", "name: mine\nversion: 10\nsteps: {a: {run: validate}}\n");
    write("notes.txt", "not read");
    Definitions definitions = Definitions.load(folder);
    assertThat(Objects.requireNonNull(definitions.latest("mine")).version()).isEqualTo(10);
    assertThat(Objects.requireNonNull(definitions.exact("mine", 2)).version()).isEqualTo(2);
    assertThat(definitions.exact("mine", 3)).isNull();
    assertThat(definitions.latest("none")).isNull();
  }

  @Test
  void stepsMayStandInAnyOrder() throws IOException {
    write(
        "a.yaml",
        """
        name: mine
        version: 1
        steps:
          last: {run: stamp, needs: [first]}
          first: {run: hash}
        """);
    Definition definition = Objects.requireNonNull(Definitions.load(folder).latest("mine"));
    assertThat(definition.steps()).extracting(Step::name).containsExactly("first", "last");
  }

  @Test
  void everyProblemOfEveryFileIsInOneMessage() throws IOException {
    write(
        "bad.yaml",
        """
        name: Bad Name
        version: none
        timeout: 5 minutes
        colour: blue
        steps:
          a: {run: validate, needs: [c]}
          b: {call: hash, needs: [a], attempts: 0, onFailure: ignore}
          c: {run: fly, needs: [b, d], timeout: 2s}
          a: {run: stamp}
          e: {needs: [a], when: input}
          f: {run: validate, when: steps.e.x}
        """);
    write("empty.yaml", "");
    write("torn.yaml", "name: {");
    write("local.yaml", "name: local\nversion: 1\nsteps: {a: {run: validate}}\n");
    String bad = folder.resolve("bad.yaml") + ":";
    assertThatThrownBy(() -> Definitions.load(folder))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(bad + "1: name: \"Bad Name\" must match")
        .hasMessageContaining(bad + "2: version: \"none\" must be a whole number from 1")
        .hasMessageContaining(bad + "3: timeout: \"5 minutes\" must be like 250ms")
        .hasMessageContaining(bad + "4: a definition: \"colour\" must be one of [name, steps")
        .hasMessageContaining(bad + "7: call: \"hash\" must match")
        .hasMessageContaining(bad + "7: attempts: \"0\" must be a whole number from 1 to 20")
        .hasMessageContaining(bad + "7: onFailure: \"ignore\" must be one of [degrade, fail]")
        .hasMessageContaining(bad + "8: run: \"fly\" must be one of [hash, stamp, validate]")
        .hasMessageContaining(bad + "8: timeout: \"on c\" is for steps with call")
        .hasMessageContaining(bad + "8: needs: \"d\" must be one of [a, b, c, e, f]")
        .hasMessageContaining(bad + "9: steps: \"a\" must not stand there twice")
        .hasMessageContaining(bad + "10: step e: \"both or neither\" must have one of run and call")
        .hasMessageContaining(bad + "10: when: \"input\" must be path")
        .hasMessageContaining(bad + "11: when: \"steps.e\" must be a step that this one needs")
        .hasMessageContaining("\"a, b, c\" must not need each other in a circle")
        .hasMessageContaining("empty.yaml: is empty")
        .hasMessageContaining("torn.yaml:")
        .hasMessageContaining("local version 1 is in ")
        .hasMessageContaining("give it another version");
  }

  @Test
  void aFileThatCannotBeReadIsNamedAndTheOthersAreStillChecked() throws IOException {
    Files.write(folder.resolve("a.yaml"), new byte[] {'n', 'a', 'm', 'e', ':', ' ', (byte) 0xe4});
    write("b.yaml", "nam: x\n");
    Files.createDirectory(folder.resolve("c.yaml"));
    write("d.yaml", "#".repeat((256 << 10) + 1));
    write("e.yaml", "[".repeat(100_000));
    write("f.yaml", "a: " + "{b: ".repeat(100) + "}".repeat(100));
    assertThatThrownBy(() -> Definitions.load(folder))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(folder.resolve("a.yaml") + ": is not UTF-8")
        .hasMessageContaining(folder.resolve("b.yaml") + ":1: a definition: \"nam\"")
        .hasMessageContaining(folder.resolve("c.yaml") + ": cannot be read: ")
        .hasMessageContaining(folder.resolve("d.yaml") + ": must not exceed 262144 bytes")
        .hasMessageContaining(
            folder.resolve("e.yaml") + ":1: must not be nested deeper than 16 levels")
        .hasMessageContaining(
            folder.resolve("f.yaml") + ":1: must not be nested deeper than 16 levels");
  }

  @Test
  void theLargestFileIsRead() throws IOException {
    String text = "name: mine\nversion: 1\nsteps: {a: {run: validate}}\n";
    write("a.yaml", text + "#".repeat((256 << 10) - text.length()));
    assertThat(Definitions.load(folder).latest("mine")).isNotNull();
  }

  @Test
  void aFolderThatIsNotThereIsSaid() {
    assertThatThrownBy(() -> Definitions.load(folder.resolve("none")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("NODEBRIDGE_DEFINITIONS")
        .hasMessageContaining("cannot be read as a folder of YAML files");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
