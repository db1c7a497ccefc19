package io.nodebridge.introspection.config;

import org.jspecify.annotations.Nullable;

/// Every setting of every service, so that each service can tell an unknown key from another's.
/// `docs/configuration.md` is this catalogue as a table; a test keeps the two equal.
public enum Setting {
  KAFKA_BOOTSTRAP_SERVERS("localhost:9092", "host:port, separated by commas", "kafka:9092"),
  DATABASE_URL(
      null,
      "postgres://user:password@host:port/database, ?ssl… parameters behind it (or"
          + " DATABASE_URL_FILE naming a file with it)",
      "postgres://nodebridge:secret@localhost:5432/nodebridge"),
  DATABASE_OWNER_URL(
      null,
      "as DATABASE_URL: who owns the schemas and migrates them; without it DATABASE_URL does",
      "postgres://owner:secret@localhost:5432/nodebridge"),
  HTTP_PORT(null, "0 to 65535; 0 takes a free port", "8080"),
  LOG_LEVEL("INFO", "TRACE, DEBUG, INFO, WARN or ERROR", "DEBUG"),
  LOG_FORMAT("text", "text or json", "json"),
  NODEBRIDGE_BIND("127.0.0.1", "the address that HTTP listens on", "0.0.0.0"),
  NODEBRIDGE_ADVERTISED_URL(
      null, "absolute http URL under which others reach this process", "http://stamping:8083"),
  NODEBRIDGE_NODE_ID(
      null, "[a-z0-9-]{1,63}; without it the service's name and a random suffix", "stamping-1"),
  NODEBRIDGE_READ_URL(
      "http://localhost:8081", "absolute http URL of the reducer's read side", "http://read:8081"),
  NODEBRIDGE_REDUCER_URL(
      null,
      "absolute http URL where an orchestrator itself reaches the reducer's read side; without it"
          + " NODEBRIDGE_READ_URL, which clients are told",
      "http://reducer:8081"),
  NODEBRIDGE_ROUTES(
      "",
      "capability=http URL, separated by commas: where calls go as long as no live node has"
          + " announced the capability",
      "content.hash=http://stamping:8083"),
  NODEBRIDGE_BREAKER_OPEN(
      "60s", "a duration above 0: how long a breaker keeps calls from an instance", "10s"),
  NODEBRIDGE_DEFINITIONS(
      null,
      "a folder whose *.yaml files are workflow definitions, beside the shipped ones",
      "/etc/nodebridge/definitions"),
  NODEBRIDGE_MAX_IN_FLIGHT("100", "1 to 100000 workflows, or calls of a worker, at once", "500"),
  NODEBRIDGE_MAX_CONTENT_BYTES("524288", "1 to 1048576 bytes of decoded content", "65536"),
  NODEBRIDGE_MAX_UNACKNOWLEDGED_BYTES(
      "33554432",
      "2097152 to 1073741824 bytes of requests that wait at the HTTP edge for the log's"
          + " acknowledgement; each counts 2 KiB besides its body, and what would exceed it is"
          + " answered with 503",
      "134217728"),
  NODEBRIDGE_HEARTBEAT_INTERVAL("1s", "a duration above 0: 250ms, 5s, 2m", "5s"),
  NODEBRIDGE_REPLICATION_FACTOR("1", "1 to 9 replicas of each topic", "3"),
  NODEBRIDGE_MEASURE("false", "true or false; true stamps the hops of each workflow", "true"),
  NODEBRIDGE_EXIT_WITH_PARENT(
      "false", "true or false; true ends the process when its standard input closes", "true");

  private final @Nullable String fallback;
  private final String rule;
  private final String example;

  Setting(@Nullable String fallback, String rule, String example) {
    this.fallback = fallback;
    this.rule = rule;
    this.example = example;
  }

  /// The value of an absent key; null if the service decides, or the key is required.
  public @Nullable String fallback() {
    return fallback;
  }

  public String rule() {
    return rule;
  }

  public String example() {
    return example;
  }

  boolean secret() {
    return this == DATABASE_URL || this == DATABASE_OWNER_URL;
  }
}
