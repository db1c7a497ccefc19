import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import kafka.Kafka;
import kafka.tools.StorageTool;

/// What the official image does at start, in one JVM: `KAFKA_*` variables become properties, an
/// empty log directory is formatted, the broker runs.
public final class StartBroker {
  private static final String DEFAULT_CLUSTER = "5L6g3nShT-eMCtK--X86sw";

  /// `KAFKA_*` variables that are for the JVM or the logging, not for the broker.
  private static final Set<String> NO_PROPERTIES =
      Set.of(
          "KAFKA_VERSION",
          "KAFKA_HEAP_OPTS",
          "KAFKA_OPTS",
          "KAFKA_JVM_PERFORMANCE_OPTS",
          "KAFKA_GC_LOG_OPTS",
          "KAFKA_JMX_OPTS",
          "KAFKA_JMX_HOSTNAME",
          "KAFKA_JMX_PORT",
          "KAFKA_LOG4J_OPTS",
          "KAFKA_LOG4J_ROOT_LOGLEVEL",
          "KAFKA_LOG4J_LOGGERS",
          "KAFKA_TOOLS_LOG4J_LOGLEVEL");

  private StartBroker() {}

  /// Argument: the properties file; it is written back with the environment's values.
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    properties.putAll(fromEnvironment());
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    Path logs = Path.of(properties.getProperty("log.dirs").split(",")[0]);
    if (!Files.exists(logs.resolve("meta.properties"))) {
      String cluster = System.getenv().getOrDefault("CLUSTER_ID", DEFAULT_CLUSTER);
      String[] format = {"format", "--cluster-id=" + cluster, "-c", file.toString()};
      int status = StorageTool.execute(format, System.out);
      if (status != 0) {
        System.exit(status);
      }
    }
    Kafka.main(new String[] {file.toString()});
  }

  private static Properties fromEnvironment() {
    Properties properties = new Properties();
    for (Map.Entry<String, String> variable : System.getenv().entrySet()) {
      String name = variable.getKey();
      if (name.startsWith("KAFKA_") && !NO_PROPERTIES.contains(name)) {
        String key = name.substring("KAFKA_".length()).toLowerCase();
        key = key.replace("___", "-").replace("__", "\0").replace('_', '.').replace('\0', '_');
        properties.setProperty(key, variable.getValue());
      }
    }
    return properties;
  }
}
