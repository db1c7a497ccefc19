package io.nodebridge.introspection.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServiceProcessTest {
  @Test
  void aProcessEndsWithStatusOneAndSaysWhyWhenOneOfItsThreadsDies() throws Exception {
    Process process = start(Doomed.class);

    String said = said(process);

    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(1);
    assertThat(said).contains("a thread died", "a fault in the loop", "closed in order");
  }

  @Test
  void aProcessWhoseParentIsGoneEndsThoughItsStartDoesNotReturn() throws Exception {
    Process process = start(Unready.class);

    process.getOutputStream().close();

    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ended").isTrue();
    assertThat(process.exitValue()).as(said(process)).isZero();
  }

  @Test
  void aProcessToldToStopWhileItStartsClosesWhatItHasOpened() throws Exception {
    Process process = start(Unready.class);
    String began = process.inputReader().readLine();

    process.toHandle().destroy();

    assertThat(process.inputReader().readAllAsString()).as(began).contains("closed in order");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aConfigurationCanBeCheckedWithoutAStart() throws Exception {
    Process right = start(Checked.class, "postgres://me:hush@db/nodebridge", "--check-config");
    assertThat(said(right)).isEqualTo("checked: the configuration keeps every rule\n");
    assertThat(right.waitFor()).isZero();

    Process wrong = start(Checked.class, "mysql://me:hush@db/nodebridge", "--check-config");
    assertThat(said(wrong)).contains("DATABASE_URL is (not shown): must be").doesNotContain("hush");
    assertThat(wrong.waitFor()).isEqualTo(2);

    Process unknown = start(Checked.class, "", "--chek");
    assertThat(said(unknown)).contains("\"--chek\" is no argument: must be --check-config or none");
    assertThat(unknown.waitFor()).isEqualTo(2);
  }

  private static Process start(Class<?> service) throws IOException {
    return start(service, "");
  }

  private static Process start(Class<?> service, String databaseUrl, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                service.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DATABASE_URL", databaseUrl);
    return builder.start();
  }

  private static String said(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /// A service that must not be opened.
  static final class Checked {
    private Checked() {}

    public static void main(String[] args) {
      ServiceProcess.run(
          "checked",
          args,
          System.getenv(),
          settings -> {
            String url = settings.database().jdbcUrl();
            settings.check();
            return url;
          },
          (_, _) -> System.out.println("opened"));
    }
  }

  /// A service whose start waits for something that never comes.
  static final class Unready {
    private Unready() {}

    public static void main(String[] args) {
      ServiceProcess.run(
          "unready",
          Map.of("NODEBRIDGE_EXIT_WITH_PARENT", "true"),
          (_, resources) -> {
            resources.own(() -> System.out.println("closed in order"));
            System.out.println("starting");
            Thread.currentThread().join();
          });
    }
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
