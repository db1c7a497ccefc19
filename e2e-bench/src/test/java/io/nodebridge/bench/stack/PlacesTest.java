package io.nodebridge.bench.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacesTest {
  private static final String FILE = " -XX:SharedArchiveFile=";

  @TempDir private Path folder;

  private Path jar;
  private String script;

  @BeforeEach
  void program() throws IOException {
    jar = Files.createDirectories(folder.resolve("app/lib")).resolve("reducer.jar");
    Files.writeString(jar, "first");
    script = folder.resolve("app/bin/reducer").toString();
  }

  @Test
  void aProgramMakesAnArchiveWhereThereIsNone() {
    Map<String, String> environment = Map.of("HTTP_PORT", "1", "JAVA_OPTS", "-Xmx64m");

    assertThat(places("results").withArchive(script, environment))
        .containsEntry("HTTP_PORT", "1")
        .hasEntrySatisfying(
            "JAVA_OPTS",
            options ->
                assertThat(options)
                    .startsWith("-Xmx64m ")
                    .contains(" -XX:+AutoCreateSharedArchive ", FILE + archives()));
  }

  @Test
  void aProgramWithAnAgentReadsAnArchiveAndMakesNone() {
    assertThat(places("results").withArchive(script, Map.of("JAVA_OPTS", "-javaagent:a.jar")))
        .hasEntrySatisfying(
            "JAVA_OPTS",
            options ->
                assertThat(options)
                    .startsWith("-javaagent:a.jar ")
                    .doesNotContain("AutoCreate")
                    .contains(FILE + archives()));
  }

  @Test
  void otherJarsHaveAnotherAndTheFormerIsRemoved() throws IOException {
    Path first = archive();
    assertThat(archive()).isEqualTo(first);
    Files.writeString(first, "archive");
    Path foreign = Files.writeString(archives().resolve("registry-1.jsa"), "of another program");

    Files.writeString(jar, "second, and longer");

    assertThat(archive()).isNotEqualTo(first);
    assertThat(first).doesNotExist();
    assertThat(foreign).exists();
  }

  @Test
  void whereAnArchiveCannotBeNamedTheEnvironmentStaysAsItIs() {
    assertThat(places("my results").withArchive(script, Map.of())).isEmpty();
  }

  private Path archive() {
    String options =
        Objects.requireNonNull(places("results").withArchive(script, Map.of()).get("JAVA_OPTS"));
    return Path.of(options.substring(options.indexOf(FILE) + FILE.length()));
  }

  private Path archives() {
    return folder.resolve("results/archives");
  }

  private Places places(String results) {
    return new Places(folder, "target", folder.resolve(results));
  }
}
