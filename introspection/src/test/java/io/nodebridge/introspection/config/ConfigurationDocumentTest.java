package io.nodebridge.introspection.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigurationDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/configuration.md");
  private static final String HEAD = "| key | default | rule | example |\n|---|---|---|---|\n";

  @Test
  void theDocumentsTableIsTheCatalogue() throws IOException {
    String table =
        Files.readString(DOCUMENT)
            .lines()
            .filter(line -> line.startsWith("|"))
            .collect(Collectors.joining("\n", "", "\n"));

    assertThat(table).isEqualTo(HEAD + rows());
  }

  private static String rows() {
    return Arrays.stream(Setting.values())
        .map(
            setting -> {
              String fallback = setting.fallback();
              return "| `%s` | %s | %s | `%s` |\n"
                  .formatted(
                      setting,
                      fallback == null || fallback.isEmpty() ? "–" : "`" + fallback + "`",
                      setting.rule(),
                      setting.example());
            })
        .collect(Collectors.joining());
  }
}
