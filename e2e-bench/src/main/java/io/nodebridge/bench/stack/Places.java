package io.nodebridge.bench.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

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
  /// stops: the next ones start a third sooner.
  ///
  /// @param script as [#app] tells it
  Map<String, String> withArchive(String script, Map<String, String> environment) {
    String options = options(environment);
    String file = archive(Path.of(script)).toString();
    if (file.chars().anyMatch(Character::isWhitespace)) {
      return environment; // the options are a list of words
    }
    // A JVM with an agent reads an archive, and must not make one.
    String make = options.contains("-javaagent") ? "" : " -XX:+AutoCreateSharedArchive";
    return with(environment, options + " -Xlog:cds*=off" + make + " -XX:SharedArchiveFile=" + file);
  }

  /// The same for a service; where the property `nodebridge.aot` names a folder, it leaves its AOT
  /// cache there instead, as the build of the images wants it.
  Map<String, String> withCache(String script, Map<String, String> environment) {
    String caches = System.getProperty("nodebridge.aot");
    if (caches == null) {
      return withArchive(script, environment);
    }
    Path cache = Path.of(caches, Path.of(script).getFileName() + ".aot");
    return with(environment, options(environment) + " -XX:AOTCacheOutput=" + cache);
  }

  private static String options(Map<String, String> environment) {
    return environment.getOrDefault(JAVA_OPTS, System.getenv().getOrDefault(JAVA_OPTS, ""));
  }

  private static Map<String, String> with(Map<String, String> environment, String options) {
    Map<String, String> with = new HashMap<>(environment);
    with.put(JAVA_OPTS, options);
    return with;
  }

  // Named after the jars: one of other jars would be neither taken nor made anew.
  private Path archive(Path script) {
    String program = script.getFileName().toString();
    Path jars = script.resolveSibling("../lib").normalize();
    try (Stream<Path> files = Files.list(jars)) {
      StringBuilder all = new StringBuilder();
      for (Path jar : files.sorted().toList()) {
        all.append(jar).append(Files.size(jar)).append(Files.getLastModifiedTime(jar));
      }
      String name = program + "-" + Integer.toHexString(all.toString().hashCode()) + ".jsa";
      removeFormer(program, name);
      return archives().resolve(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void removeFormer(String program, String name) throws IOException {
    try (Stream<Path> files = Files.list(Files.createDirectories(archives()))) {
      for (Path file : files.toList()) {
        String other = file.getFileName().toString();
        if (other.startsWith(program + "-") && !other.equals(name)) {
          Files.deleteIfExists(file);
        }
      }
    }
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
