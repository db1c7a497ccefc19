package io.nodebridge.bench.stack;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Runs an embedded Postgres as a child of the rig, durable, until standard input closes.
public final class PostgresMain {
  private PostgresMain() {}

  /// Arguments: where the server's programs are unpacked, once for all runs; data directory; port.
  public static void main(String[] args) throws IOException {
    EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(Path.of(args[0]).toFile())
            .setDataDirectory(Path.of(args[1]))
            .setPort(Integer.parseInt(args[2]))
            .setPGStartupWait(Duration.ofSeconds(60))
            // The launcher turns durability off for unit tests; a benchmark must have it.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("max_connections", "50")
            .start();
    while (System.in.read() != -1) {
      // nothing is expected on standard input
    }
    postgres.close();
    System.exit(0);
  }
}
