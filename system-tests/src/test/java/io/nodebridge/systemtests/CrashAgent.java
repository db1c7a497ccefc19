package io.nodebridge.systemtests;

import io.nodebridge.introspection.service.CrashPoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Kills the process it is loaded into, or stops it until it is resumed, when it has passed a crash
/// point a number of times. A Java agent's jar joins the class path, which is how a service that
/// ships without it finds it.
public final class CrashAgent implements CrashPoint {
  private static final String POINT = "nodebridge.crash.point";
  private static final String PASSES = "nodebridge.crash.passes";
  private static final String STOPS = "nodebridge.crash.stops";

  private final AtomicInteger left = new AtomicInteger(Integer.getInteger(PASSES, 1));

  public static void premain(String arguments) {
    // only to be an agent
  }

  @Override
  public void reached(String name) {
    if (name.equals(System.getProperty(POINT)) && left.decrementAndGet() == 0) {
      if (Boolean.getBoolean(STOPS)) {
        stop();
      } else {
        Runtime.getRuntime().halt(137);
      }
    }
  }

  private static void stop() {
    try {
      String pid = Long.toString(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-STOP", pid).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The environment of a service that is to die when it passes a point for the n-th time.
  static Map<String, String> dieAt(Path folder, String point, int passes) throws IOException {
    return at(folder, point, passes, false);
  }

  /// The environment of a service that is to stop there, and goes on when it is resumed.
  static Map<String, String> stopAt(Path folder, String point, int passes) throws IOException {
    return at(folder, point, passes, true);
  }

  private static Map<String, String> at(Path folder, String point, int passes, boolean stops)
      throws IOException {
    Path jar = folder.resolve("crash-agent.jar");
    if (!Files.exists(jar)) {
      writeJar(jar);
    }
    String agent =
        " -javaagent:%s -D%s=%s -D%s=%d -D%s=%b"
            .formatted(jar, POINT, point, PASSES, passes, STOPS, stops);
    return Map.of("JAVA_OPTS", TestStacks.JAVA_OPTS + agent);
  }

  private static void writeJar(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", CrashAgent.class.getName());
    String file = CrashAgent.class.getName().replace('.', '/') + ".class";
    try (OutputStream bytes = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(bytes, manifest);
        InputStream code =
            Objects.requireNonNull(CrashAgent.class.getClassLoader().getResourceAsStream(file))) {
      entries.putNextEntry(new JarEntry(file));
      code.transferTo(entries);
      entries.putNextEntry(new JarEntry("META-INF/services/" + CrashPoint.class.getName()));
      entries.write(CrashAgent.class.getName().getBytes(StandardCharsets.UTF_8));
    }
  }
}
