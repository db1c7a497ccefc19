package io.nodebridge.bench.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Where the build has put what the rig starts, and where the rig puts what it leaves.
///
/// @param root the project's folder
/// @param out the build's output folder inside each module: `target` or `target/quick`
/// @param results where results and logs stay: `e2e-bench/target/bench`
public record Places(Path root, String out, Path results) {
  static final String JAVA_OPTS = "JAVA_OPTS";

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

  Path archives() {
    return results.resolve("archives");
  }

  /// A program's environment, with an archive of its classes that the first such JVM leaves when it
  /// stops: the next ones start a third sooner. The JVM makes it anew when the program has changed.
  Map<String, String> withArchive(String program, Map<String, String> environment) {
    String options =
        environment.getOrDefault(JAVA_OPTS, System.getenv().getOrDefault(JAVA_OPTS, ""));
    String file = archives().resolve(program + ".jsa").toString();
    // The options are a list of words; classes that an agent changes are no part of an archive.
    if (file.chars().anyMatch(Character::isWhitespace) || options.contains("-javaagent")) {
      return environment;
    }
    Map<String, String> with = new HashMap<>(environment);
    with.put(
        JAVA_OPTS,
        options + " -Xlog:cds=off -XX:+AutoCreateSharedArchive -XX:SharedArchiveFile=" + file);
    return with;
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
