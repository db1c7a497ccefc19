package io.nodebridge.bench.stack;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/// The environment that every provider starts the services with.
///
/// @param kafka as services reach it
/// @param postgres as services reach it
/// @param reader where clients read outcomes
record ServiceSettings(String kafka, PostgresAddress postgres, URI reader) {

  Map<String, String> of(String name, Map<String, String> overrides) {
    Map<String, String> environment = new HashMap<>();
    environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka);
    environment.put("DATABASE_URL", postgres.url());
    environment.put("NODEBRIDGE_NODE_ID", name + "-1");
    environment.put("NODEBRIDGE_READ_URL", reader.toString());
    environment.put("NODEBRIDGE_MEASURE", "true");
    environment.putAll(overrides);
    return environment;
  }
}
