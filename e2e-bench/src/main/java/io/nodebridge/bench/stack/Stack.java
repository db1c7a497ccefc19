package io.nodebridge.bench.stack;

import java.net.URI;

/// A running NodeBridge with its broker and database.
public interface Stack extends AutoCloseable {
  /// `embedded` or `containers`; figures of different providers are never compared.
  String provider();

  /// `host:port` of the broker.
  String kafka();

  PostgresAddress postgres();

  URI orchestrator();

  URI reducer();

  URI registry();

  @Override
  void close();
}
