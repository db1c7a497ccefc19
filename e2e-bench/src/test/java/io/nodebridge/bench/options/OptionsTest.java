package io.nodebridge.bench.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionsTest {
  // The file that every run reads.
  private static final Path SHIPPED = Path.of("bench.yaml");

  @TempDir private Path folder;

  @Test
  void theShippedFileHasTheSeedsDefaults() throws IOException {
    Options options = Options.read(SHIPPED, Map.of());

    assertThat(options.count(Option.ROUNDS)).isEqualTo(5);
    assertThat(options.count(Option.ITERATIONS)).isEqualTo(10);
    assertThat(options.on(Option.AUTOSAVE)).isTrue();
    assertThat(options.on(Option.JSON)).isTrue();
    assertThat(options.text(Option.CSV)).endsWith(".csv");
    assertThat(options.text(Option.COMPARE_FAIL)).isEqualTo("mean:10%");
    assertThat(options.text(Option.COMPARE)).as("nothing is compared unless asked for").isEmpty();
  }

  @Test
  void whatFiguresDependOnIsTold() throws IOException {
    assertThat(Options.read(SHIPPED, Map.of()).measuring())
        .isEqualTo("rounds 5, min-rounds 1, calibrate true, warmup true, disable-gc false");
    assertThat(
            Options.read(SHIPPED, Map.of(Option.CALIBRATE, "false", Option.SOAK_EVENTS, "9"))
                .measuring())
        .isEqualTo(
            "rounds 5, min-rounds 1, calibrate false, iterations 10, warmup true, disable-gc false,"
                + " soak-events 9");
    Options external =
        Options.read(SHIPPED, Map.of(Option.STACK, "external", Option.KAFKA, "broker:1"));
    assertThat(external.addresses()).isEqualTo(" -Dbench.kafka=broker:1");
    assertThat(external.measuring())
        .startsWith(
            "orchestrator-url http://127.0.0.1:8080, reducer-url http://127.0.0.1:8081,"
                + " registry-url http://127.0.0.1:8082, kafka broker:1, rounds 5");
  }

  @Test
  void whatIsGivenStandsAboveTheFile() throws IOException {
    Options options = Options.read(SHIPPED, Map.of(Option.ROUNDS, "7"));

    assertThat(options.count(Option.ROUNDS)).isEqualTo(7);
  }

  @Test
  void everyProblemIsToldAtOnce() throws IOException {
    Path file = yaml("rounds: many\nround: 5\ncompare-fail: mean:10\n");

    assertThatThrownBy(() -> Options.read(file, Map.of(Option.MIN_ROUNDS, "0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rounds is \"many\": must be a count")
        .hasMessageContaining("round is no option; known: ")
        .hasMessageContaining("compare-fail is \"mean:10\": must be none, or a statistic")
        .hasMessageContaining("min-rounds is \"0\": must be a count");
  }

  @Test
  void whatIsNoYamlIsAnError() throws IOException {
    Path twice = yaml("rounds: 5\nrounds: 6\n");
    Path list = yaml("- rounds\n");

    assertThatThrownBy(() -> Options.read(twice, Map.of())).hasMessageContaining("is no YAML");
    assertThatThrownBy(() -> Options.read(list, Map.of())).hasMessageContaining("must be keys");
  }

  @Test
  void propertiesAreReadAsTheBuildHandsThemOn() {
    Properties properties = new Properties();
    properties.setProperty("bench.compareFail", "mean:10%,min:10%,max:10%");
    properties.setProperty("bench.compare", "");
    properties.setProperty("stack", "embedded");
    properties.setProperty("user.name", "somebody");

    assertThat(Options.given(properties))
        .containsOnly(
            Map.entry(Option.COMPARE_FAIL, "mean:10%,min:10%,max:10%"),
            Map.entry(Option.COMPARE, "true"),
            Map.entry(Option.STACK, "embedded"));
  }

  @Test
  void anUnknownPropertyIsAnError() {
    Properties properties = new Properties();
    properties.setProperty("bench.onyl", "fsm*");

    assertThatThrownBy(() -> Options.given(properties))
        .hasMessageContaining("-Dbench.onyl is no option");
  }

  private Path yaml(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "bench", ".yaml"), text);
  }
}
