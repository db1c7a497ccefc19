package io.nodebridge.bench.stack;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// A stack whose parts can be made to fail: processes of this machine, at addresses that stay.
public interface BreakableStack extends Stack {
  /// All parts that are processes of their own.
  List<String> PARTS =
      List.of("kafka", "stamping", "insight", "reducer", "orchestrator", "registry");

  /// Kills a process as `kill -9` does, and waits until it is gone.
  ///
  /// @param part one of [#PARTS], or a replica's name
  void kill(String part) throws InterruptedException;

  /// Starts the broker or a service again after its end, at its old address, and waits until it is
  /// ready.
  void restart(String part) throws IOException, InterruptedException;

  /// Starts one more process of a service; it may never become ready, if that is the test.
  ///
  /// @param overrides settings for it alone, above those of the stack
  /// @return its address
  URI replica(String service, String name, Map<String, String> overrides) throws IOException;

  /// Tells a process to end (SIGTERM) and waits for it.
  ///
  /// @return its exit code
  int stop(String part) throws InterruptedException;

  /// The process of a part.
  ProcessHandle process(String part);
}
