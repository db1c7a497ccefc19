package io.nodebridge.bench.stack;

import java.io.IOException;
import java.net.URI;
import java.util.List;

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

  /// The processes of all parts; each may have children.
  List<ProcessHandle> processes();

  /// Holds a service still: it keeps its connections and does nothing.
  void pause(String service) throws IOException, InterruptedException;

  /// Lets a paused service go on.
  void resume(String service) throws IOException, InterruptedException;

  @Override
  void close();
}
