package io.nodebridge.systemtests;

import static io.nodebridge.systemtests.Patience.PATIENCE;
import static java.lang.ProcessBuilder.Redirect.DISCARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.stack.Places;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// A service with a wrong configuration says all that is wrong and ends, before it opens anything.
class ConfigurationIT {
  // 2 s where a JVM that does nothing is over in 50 ms; a busy machine delays both.
  private static final int LIMIT_IN_BARE_JVMS = 40;
  private static final int TRIES = 5;
  private static final Map<String, String> MODULES =
      Map.of(
          "orchestrator", "orchestrator",
          "reducer", "reducer",
          "registry", "introspection",
          "stamping", "workers");

  @TestFactory
  Stream<DynamicTest> everyServiceTellsAllProblemsAtOnceAndExitsWith2() {
    return MODULES.entrySet().stream()
        .map(
            service ->
                DynamicTest.dynamicTest(
                    service.getKey(), () -> refused(service.getKey(), service.getValue())));
  }

  // The fastest of some starts: another process on the machine can delay any one of them.
  private static void refused(String service, String module) throws Exception {
    Duration bare = Collections.min(List.of(bareJvm(), bareJvm(), bareJvm()));
    Duration fastest = refusedOnce(service, module);
    for (int again = 1; again < TRIES && fastest.compareTo(limit(bare)) >= 0; again++) {
      bare = Collections.min(List.of(bare, bareJvm()));
      fastest = Collections.min(List.of(fastest, refusedOnce(service, module)));
    }
    System.out.printf(
        "%s refused its configuration after %d ms, a bare JVM took %d ms%n",
        service, fastest.toMillis(), bare.toMillis());
    assertThat(fastest).isLessThan(limit(bare));
  }

  private static Duration limit(Duration bare) {
    return bare.multipliedBy(LIMIT_IN_BARE_JVMS);
  }

  private static Duration bareJvm() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(java, "-version")
            .redirectErrorStream(true)
            .redirectOutput(DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private static Duration refusedOnce(String service, String module) throws Exception {
    Places places = Places.fromSystemProperties();
    Path script =
        places.root().resolve(module).resolve(places.out()).resolve("app/bin").resolve(service);
    ProcessBuilder builder = new ProcessBuilder(script.toString()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("HTTP_PORT", "eighty");
    builder.environment().put("LOG_LEVEL", "loud");
    builder.environment().put("NODEBRIDGE_NONSENSE", "1");
    builder.environment().put("DATABASE_URL", "mysql://someone:not-to-be-shown@here/db");
    long begin = System.nanoTime();

    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(said)
        .contains("HTTP_PORT is \"eighty\": must be", "for example HTTP_PORT=")
        .contains("LOG_LEVEL is \"loud\": must be", "for example LOG_LEVEL=")
        .contains("NODEBRIDGE_NONSENSE is no setting")
        .doesNotContain("not-to-be-shown")
        .doesNotContain("\tat ");
    return took;
  }
}
