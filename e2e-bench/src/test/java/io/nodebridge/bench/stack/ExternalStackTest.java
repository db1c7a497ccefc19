package io.nodebridge.bench.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nodebridge.introspection.config.DatabaseUrl;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExternalStackTest {
  private static final URI NOBODY = URI.create("http://127.0.0.1:9");
  private static final Addresses ADDRESSES = new Addresses(NOBODY, NOBODY, NOBODY, "127.0.0.1:9");

  @Test
  void aTopicThatMayLoseWhatItAcknowledgedIsTold() {
    assertThat(ExternalStack.losing(1, 1, 1, false)).isNull();
    assertThat(ExternalStack.losing(3, 3, 2, false)).isNull();
    assertThat(ExternalStack.losing(3, 3, 1, false)).contains("min.insync.replicas = 1");
    assertThat(ExternalStack.losing(3, 1, 2, false)).contains("3 brokers has 1 replicas");
    assertThat(ExternalStack.losing(1, 1, 1, true)).contains("unclean", "must be false");
  }

  @Test
  void aDatabaseThatIsNotSaidIsAskedFor() {
    assertThatThrownBy(() -> ExternalStack.at(ADDRESSES, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("DATABASE_URL is not set");
    assertThatThrownBy(() -> ExternalStack.at(ADDRESSES, Map.of("DATABASE_URL", "hush@host")))
        .hasMessageContaining("must be")
        .hasMessageNotContaining("hush");
  }

  @Test
  void aPartThatDoesNotAnswerIsNamed() {
    assertThatThrownBy(
            () -> ExternalStack.at(ADDRESSES, Map.of("DATABASE_URL", "postgres://a:b@localhost/c")))
        .hasMessageContaining("orchestrator-url is \"http://127.0.0.1:9\"")
        .hasMessageContaining("answers nothing")
        .hasMessageContaining("start it, or give another address");
  }

  @Test
  void aDatabaseKeepsItsTls() {
    PostgresAddress address =
        PostgresAddress.of(
            new DatabaseUrl("jdbc:postgresql://db:5433/nodebridge?sslmode=require", "me", "word"));

    assertThat(address.url()).isEqualTo("postgres://me:word@db:5433/nodebridge?sslmode=require");
    assertThat(address.databaseUrl().jdbcUrl())
        .isEqualTo("jdbc:postgresql://db:5433/nodebridge?sslmode=require");
  }
}
