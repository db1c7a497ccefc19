package io.nodebridge.bench.measure;

import java.time.Duration;
import java.util.Collection;
import java.util.stream.Stream;

/// What processes and their children have used of the processors, user and system.
public final class CpuTime {
  private CpuTime() {}

  /// A process that ended takes its part with it.
  public static double millis(Collection<ProcessHandle> processes) {
    return processes.stream()
            .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
            .distinct()
            .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
            .mapToLong(Duration::toNanos)
            .sum()
        / 1e6;
  }
}
