package io.nodebridge.bench.health;

import java.util.Collection;

/// The compilers of running JVMs.
public final class Compilers {
  private Compilers() {}

  /// Seconds of processor time that those of these processes have used; 0 where the system does not
  /// tell it by thread.
  public static double seconds(Collection<ProcessHandle> processes) {
    return processes.stream().mapToLong(process -> Kernel.compilerTicks(process.pid())).sum()
        / Kernel.TICKS_PER_SECOND;
  }
}
