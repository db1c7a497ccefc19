package io.nodebridge.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The programs that the documents show, run as they stand there.
final class Documented {
  static final Path ROOT = Path.of(System.getProperty("nodebridge.root"));
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3");

  private Documented() {}

  /// The first block of code in that language.
  static String example(String document, String language) throws IOException {
    Matcher block =
        Pattern.compile("(?s)```" + language + "\n(.*?)```")
            .matcher(Files.readString(ROOT.resolve(document)));
    assertThat(block.find()).as("an example in " + document).isTrue();
    return block.group(1);
  }

  /// A Python that has a client for Kafka; null if there is none.
  static @Nullable String pythonWithKafka() throws IOException, InterruptedException {
    for (String python : PYTHONS) {
      try {
        if (new ProcessBuilder(python, "-c", "import confluent_kafka").start().waitFor() == 0) {
          return python;
        }
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
    return null;
  }

  /// Where a program is.
  static Path path(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder).resolve(program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  static Process started(Map<String, String> environment, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(new HashMap<>(environment));
    return builder.start();
  }
}
