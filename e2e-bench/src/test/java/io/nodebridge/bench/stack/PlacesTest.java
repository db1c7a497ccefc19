package io.nodebridge.bench.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacesTest {
  @Test
  void eachProgramStartsFromAnArchiveOfItsOwn() {
    Map<String, String> environment = Map.of("HTTP_PORT", "1", "JAVA_OPTS", "-Xmx64m");

    assertThat(places("/results").withArchive("reducer", environment))
        .containsEntry("HTTP_PORT", "1")
        .hasEntrySatisfying(
            "JAVA_OPTS",
            options ->
                assertThat(options)
                    .startsWith("-Xmx64m ")
                    .endsWith(" -XX:SharedArchiveFile=/results/archives/reducer.jsa"));
  }

  @Test
  void whereAnArchiveCannotBeHadTheEnvironmentStaysAsItIs() {
    Map<String, String> agent = Map.of("JAVA_OPTS", "-javaagent:crash.jar");

    assertThat(places("/results").withArchive("reducer", agent)).isEqualTo(agent);
    assertThat(places("/my results").withArchive("reducer", Map.of())).isEmpty();
  }

  private static Places places(String results) {
    return new Places(Path.of("/root"), "target", Path.of(results));
  }
}
