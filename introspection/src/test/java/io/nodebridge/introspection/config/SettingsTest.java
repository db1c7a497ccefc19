package io.nodebridge.introspection.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @Test
  void everyProblemIsReportedAtOnce() {
    Settings settings =
        new Settings(
            Map.of(
                "HTTP_PORT", "99999",
                "LOG_LEVEL", "LOUD",
                "NODEBRIDGE_HEARTBEAT_INTERVAL", "soon",
                "NODEBRIDGE_MEASURE", "yes",
                "NODEBRIDGE_READ_URL", "reducer:8081"));
    settings.port(8080);
    settings.duration(Setting.NODEBRIDGE_HEARTBEAT_INTERVAL);
    settings.flag(Setting.NODEBRIDGE_MEASURE);
    settings.url(Setting.NODEBRIDGE_READ_URL);
    settings.database();

    assertThatThrownBy(settings::check)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("6 problem(s)")
        .hasMessageContaining("HTTP_PORT is \"99999\": must be 0 to 65535")
        .hasMessageContaining("LOG_LEVEL is \"LOUD\"")
        .hasMessageContaining("NODEBRIDGE_HEARTBEAT_INTERVAL is \"soon\"")
        .hasMessageContaining("NODEBRIDGE_MEASURE is \"yes\"")
        .hasMessageContaining("NODEBRIDGE_READ_URL is \"reducer:8081\"")
        .hasMessageContaining("DATABASE_URL is not set")
        .hasMessageContaining("for example HTTP_PORT=8080");
  }

  @Test
  void anUnknownKeyOfOursIsAProblem() {
    Settings settings = new Settings(Map.of("NODEBRIDGE_HEARBEAT_INTERVAL", "1s", "HOME", "/root"));

    assertThatThrownBy(settings::check)
        .hasMessageContaining("1 problem(s)")
        .hasMessageContaining("NODEBRIDGE_HEARBEAT_INTERVAL is no setting");
  }

  @Test
  void aKeyOfAnotherServiceIsNone() {
    Settings settings = new Settings(Map.of("NODEBRIDGE_MAX_IN_FLIGHT", "7"));

    assertThatCode(settings::check).doesNotThrowAnyException();
  }

  @Test
  void aSecretIsNeverShown() {
    Settings settings = new Settings(Map.of("DATABASE_URL", "mysql://me:hunter2@db/x"));
    settings.database();

    assertThatThrownBy(settings::check)
        .hasMessageContaining("DATABASE_URL is (not shown)")
        .hasMessageNotContaining("hunter2");
    assertThat(DatabaseUrl.parse("postgres://me:hunter2@db/x").toString())
        .doesNotContain("hunter2");
  }

  @Test
  void aSecretMayComeFromAFile(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("url"), "postgres://me:hunter2@db:5433/x\n");
    Settings settings = new Settings(Map.of("DATABASE_URL_FILE", file.toString()));

    assertThat(settings.database())
        .isEqualTo(new DatabaseUrl("jdbc:postgresql://db:5433/x", "me", "hunter2"));
    assertThatCode(settings::check).doesNotThrowAnyException();
  }

  @Test
  void durationsHaveAUnit() {
    assertThat(interval("250ms")).isEqualTo(Duration.ofMillis(250));
    assertThat(interval("5s")).isEqualTo(Duration.ofSeconds(5));
    assertThat(interval("2m")).isEqualTo(Duration.ofMinutes(2));
    assertThatThrownBy(() -> interval("5")).hasMessageContaining("must be a duration");
    assertThatThrownBy(() -> interval("-1s")).hasMessageContaining("must be a duration");
    assertThatThrownBy(() -> interval("0s")).hasMessageContaining("must be a duration");
  }

  @Test
  void kafkaSettingsPassThrough() {
    Settings settings = new Settings(Map.of("NODEBRIDGE_KAFKA_SECURITY_PROTOCOL", "SSL"));

    assertThat(settings.kafkaOverrides()).containsExactly(Map.entry("security.protocol", "SSL"));
    assertThatCode(settings::check).doesNotThrowAnyException();
  }

  @Test
  void aKafkaSettingThatTheGuaranteesRestOnIsRefused() {
    Settings settings =
        new Settings(
            Map.of("NODEBRIDGE_KAFKA_ACKS", "0", "NODEBRIDGE_KAFKA_ENABLE_AUTO_COMMIT", "true"));
    settings.kafkaOverrides();

    assertThatThrownBy(settings::check)
        .hasMessageContaining("NODEBRIDGE_KAFKA_ACKS is not yours to set")
        .hasMessageContaining("enable.auto.commit");
  }

  @Test
  void tlsParametersOfTheDatabaseAreKeptAndOthersRefused() {
    assertThat(DatabaseUrl.parse("postgres://me:x@db/x?sslmode=require&sslrootcert=/ca").jdbcUrl())
        .isEqualTo("jdbc:postgresql://db:5432/x?sslmode=require&sslrootcert=/ca");
    Settings settings = new Settings(Map.of("DATABASE_URL", "postgres://a:b@db/x?options=-c"));
    settings.database();
    assertThatThrownBy(settings::check).hasMessageContaining("DATABASE_URL is (not shown)");
  }

  private static Duration interval(String value) {
    Settings settings = new Settings(Map.of("NODEBRIDGE_HEARTBEAT_INTERVAL", value));
    Duration interval = settings.duration(Setting.NODEBRIDGE_HEARTBEAT_INTERVAL);
    settings.check();
    return interval;
  }
}
