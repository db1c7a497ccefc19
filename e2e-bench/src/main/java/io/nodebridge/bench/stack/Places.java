package io.nodebridge.bench.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the build has put what the rig starts, and where the rig puts what it leaves.
///
/// @param root the project's folder
/// @param out the build's output folder inside each module: `target` or `target/quick`
/// @param results where results and logs stay: `e2e-bench/target/bench`
public record Places(Path root, String out, Path results) {

  /// From the system properties that the build sets; by hand, from the project's folder.
  public static Places fromSystemProperties() {
    Path root = Path.of(System.getProperty("nodebridge.root", ".")).toAbsolutePath().normalize();
    String out = System.getProperty("nodebridge.out", "target");
    Path results =
        Path.of(
            System.getProperty(
                "nodebridge.results", root.resolve("e2e-bench/target/bench").toString()));
    return new Places(root, out, results);
  }

  /// Where the parts' logs are.
  public Path logs() {
    return results.resolve("logs");
  }

  /// A log file; its folder exists.
  public Path log(String name) {
    try {
      return Files.createDirectories(logs()).resolve(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path work() {
    return results.resolve("work");
  }

  /// Where the database server's programs are unpacked, once for all runs of a build.
  Path postgres() {
    return root.resolve("e2e-bench").resolve(out).resolve("postgres");
  }

  /// The start script of a service.
  String app(String module, String name) {
    Path script = root.resolve(module).resolve(out).resolve("app/bin").resolve(name);
    if (!Files.isExecutable(script)) {
      throw new StackException(
          script + " is not there: build the project from its root (mvn package)", null);
    }
    return script.toString();
  }
}
