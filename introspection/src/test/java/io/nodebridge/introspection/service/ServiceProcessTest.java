package io.nodebridge.introspection.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServiceProcessTest {
  @Test
  void aProcessEndsWithStatusOneAndSaysWhyWhenOneOfItsThreadsDies() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Doomed.class.getName())
            .redirectErrorStream(true)
            .start();

    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(1);
    assertThat(said).contains("a thread died", "a fault in the loop", "closed in order");
  }

  /// A service whose loop fails at once; stopping waits for the loop, as the real ones do.
  static final class Doomed {
    private Doomed() {}

    public static void main(String[] args) {
      ServiceProcess.run(
          "doomed",
          Map.of(),
          (_, resources) -> {
            Thread loop =
                Thread.ofPlatform()
                    .unstarted(
                        () -> {
                          throw new IllegalStateException("a fault in the loop");
                        });
            resources.own(() -> System.out.println("closed in order"));
            resources.own(loop::join);
            loop.start();
          });
    }
  }
}
