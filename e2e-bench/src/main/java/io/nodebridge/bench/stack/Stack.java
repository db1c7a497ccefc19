package io.nodebridge.bench.stack;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/// A running NodeBridge with its broker and database.
public interface Stack extends AutoCloseable {
  /// How much of a stack is in our hands.
  enum Reach {
    /// Its addresses; it was started by others.
    ADDRESSES,
    /// Its parts, which can be held still, and what they use of the processors.
    PARTS,
    /// The insides of its processes as well.
    PROCESSES;

    /// What a provider gives.
    public static Reach of(String provider) {
      return switch (provider) {
        case "external" -> ADDRESSES;
        case "containers" -> PARTS;
        case "embedded" -> PROCESSES;
        default -> throw new IllegalArgumentException("no provider: " + provider);
      };
    }
  }

  /// `embedded`, `containers` or `external`; figures of different providers are never compared.
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
