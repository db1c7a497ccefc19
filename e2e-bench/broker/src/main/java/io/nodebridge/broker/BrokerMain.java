package io.nodebridge.broker;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/// Formats a fresh log directory and runs one broker with its own controller.
///
/// Ends when standard input closes, so that a rig which was killed leaves no broker behind.
public final class BrokerMain {
  private BrokerMain() {}

  /// Arguments: data directory, broker port, controller port.
  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("usage: kafka DATA_DIRECTORY PORT CONTROLLER_PORT");
      System.exit(2);
    }
    Path directory = Files.createDirectories(Path.of(args[0]));
    Path file = directory.resolve("server.properties");
    Path logs = directory.resolve("logs");
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings(logs, args[1], args[2]).store(writer, null);
    }
    if (!Files.exists(logs.resolve("meta.properties"))) {
      format(file);
    }
    endWhenInputCloses();
    Kafka.main(new String[] {file.toString()});
  }

  private static Properties settings(Path logs, String port, String controllerPort) {
    Properties settings = new Properties();
    settings.setProperty("process.roles", "broker,controller");
    settings.setProperty("node.id", "1");
    settings.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    settings.setProperty(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    settings.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.setProperty("controller.listener.names", "CONTROLLER");
    settings.setProperty(
        "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
    settings.setProperty("log.dirs", logs.toString());
    settings.setProperty("auto.create.topics.enable", "false");
    // The system sizes them: Kafka's own 100 KiB have no room for two packets of loopback.
    settings.setProperty("socket.receive.buffer.bytes", "-1");
    settings.setProperty("socket.send.buffer.bytes", "-1");
    settings.setProperty("group.initial.rebalance.delay.ms", "0");
    settings.setProperty("offsets.topic.replication.factor", "1");
    settings.setProperty("offsets.topic.num.partitions", "4");
    settings.setProperty("transaction.state.log.replication.factor", "1");
    settings.setProperty("transaction.state.log.min.isr", "1");
    settings.setProperty("share.coordinator.state.topic.replication.factor", "1");
    settings.setProperty("share.coordinator.state.topic.min.isr", "1");
    return settings;
  }

  private static void format(Path file) {
    String[] arguments = {"format", "--cluster-id", Uuid.randomUuid().toString(), "-c", "" + file};
    int status = StorageTool.execute(arguments, System.out);
    if (status != 0) {
      System.exit(status);
    }
  }

  private static void endWhenInputCloses() {
    Thread.ofPlatform()
        .name("parent-watch")
        .daemon()
        .start(
            () -> {
              try {
                while (System.in.read() != -1) {
                  // nothing is expected on standard input
                }
              } catch (IOException e) {
                System.err.println("standard input broke: " + e);
              }
              System.exit(0);
            });
  }
}
