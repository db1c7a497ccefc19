package io.nodebridge.bench.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What Linux tells of itself under `/proc`. Elsewhere it tells nothing.
final class Kernel {
  static final double TICKS_PER_SECOND = 100;

  private static final Path PROC = Path.of("/proc");
  private static final int STEAL = 7;
  // What moves our packets and containers works for us.
  private static final Set<String> ENGINE =
      Set.of("dockerd", "containerd", "containerd-shim", "docker-proxy", "podman", "conmon");
  // The kernel keeps 15 characters of a thread's name.
  private static final Pattern COMPILER = Pattern.compile("C[12] CompilerThre");
  private static final long INIT = 1;
  private static final long KERNEL_THREADS = 2;

  private Kernel() {}

  /// Microseconds since boot in which some work waited for `cpu`, `io` or `memory`.
  static OptionalLong pressureMicros(String resource) {
    return lines(PROC.resolve("pressure").resolve(resource))
        .filter(line -> line.startsWith("some "))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf("total=") + 6)))
        .findFirst();
  }

  /// Ticks since boot of all processors: those that the host took, and all.
  record Ticks(long stolen, long all) {}

  static @Nullable Ticks ticks() {
    return lines(PROC.resolve("stat"))
        .filter(line -> line.startsWith("cpu "))
        .map(line -> Arrays.stream(line.substring(3).strip().split(" ")).mapToLong(Long::parseLong))
        .map(columns -> columns.limit(STEAL + 1).toArray())
        .map(columns -> new Ticks(columns[STEAL], Arrays.stream(columns).sum()))
        .findFirst()
        .orElse(null);
  }

  /// Ticks of all processes but these and their children, of the kernel and of container engines.
  static long othersTicks(Set<Long> ours) {
    Map<Long, Running> processes = new HashMap<>();
    readAll(PROC, processes);
    return processes.values().stream()
        .filter(process -> !belongsTo(process, ours, processes))
        .mapToLong(Running::ticks)
        .sum();
  }

  /// Those of these processes and their children that have one thread.
  static Set<Long> singleThreaded(Set<Long> ours) {
    Map<Long, Running> processes = new HashMap<>();
    readAll(PROC, processes);
    return processes.values().stream()
        .filter(process -> process.threads == 1 && isOneOf(process, ours, processes))
        .map(Running::pid)
        .collect(Collectors.toSet());
  }

  /// Nanoseconds for which the first thread of a process was ready and not run; 0 if it is gone.
  static long waitedNanos(long pid) {
    return lines(PROC.resolve(Long.toString(pid)).resolve("schedstat"))
        .findFirst()
        .map(line -> Long.parseLong(List.of(line.split(" ")).get(1)))
        .orElse(0L);
  }

  /// Ticks of the threads of a JVM that compile.
  static long compilerTicks(long pid) {
    Map<Long, Running> threads = new HashMap<>();
    readAll(PROC.resolve(Long.toString(pid)).resolve("task"), threads);
    return threads.values().stream()
        .filter(thread -> COMPILER.matcher(thread.name).matches())
        .mapToLong(Running::ticks)
        .sum();
  }

  private static boolean belongsTo(
      @Nullable Running process, Set<Long> ours, Map<Long, Running> all) {
    if (process == null) {
      return false;
    }
    return process.pid == INIT
        || process.pid == KERNEL_THREADS
        || process.parent == KERNEL_THREADS
        || ENGINE.contains(process.name)
        || ours.contains(process.pid)
        || (process.parent != INIT && belongsTo(all.get(process.parent), ours, all));
  }

  private static boolean isOneOf(
      @Nullable Running process, Set<Long> ours, Map<Long, Running> all) {
    return process != null
        && (ours.contains(process.pid) || isOneOf(all.get(process.parent), ours, all));
  }

  /// @param ticks its own and those of the children that it has waited for
  private record Running(long pid, String name, long parent, long ticks, int threads) {}

  private static void readAll(Path folder, Map<Long, Running> into) {
    try (Stream<Path> entries = Files.list(folder)) {
      entries
          .filter(entry -> Character.isDigit(entry.getFileName().toString().charAt(0)))
          .forEach(entry -> read(entry.resolve("stat"), into));
    } catch (IOException e) {
      // Ended, or not told here.
    }
  }

  // The name stands in parentheses and may hold any character.
  private static void read(Path stat, Map<Long, Running> into) {
    lines(stat)
        .findFirst()
        .ifPresent(
            line -> {
              int end = line.lastIndexOf(')');
              List<String> rest = List.of(line.substring(end + 2).split(" "));
              long ticks = rest.subList(11, 15).stream().mapToLong(Long::parseLong).sum();
              String name = line.substring(line.indexOf('(') + 1, end);
              long pid = Long.parseLong(line.substring(0, line.indexOf(' ')));
              Running process =
                  new Running(
                      pid,
                      name,
                      Long.parseLong(rest.get(1)),
                      ticks,
                      Integer.parseInt(rest.get(17)));
              into.put(process.pid, process);
            });
  }

  // A process may be gone between its being listed and read.
  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
