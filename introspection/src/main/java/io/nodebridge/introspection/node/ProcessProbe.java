package io.nodebridge.introspection.node;

import io.nodebridge.events.message.Heartbeat.Resources;
import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/// What the operating system says of this process; for one thread.
///
/// CPU is in percent of one core between the last two samples (200: two cores), as `top` shows it;
/// memory is what is resident, its percentage that of the machine.
public final class ProcessProbe implements ResourceSampler.Probe {
  private static final double MEBIBYTE = 1 << 20;

  private @Nullable OperatingSystem os;
  private @Nullable OSProcess previous;
  private long totalBytes;

  @Override
  public Resources take() {
    // Finding out what machine this is takes longest, and is left to the sampler's thread.
    OperatingSystem system = os;
    if (system == null) {
      SystemInfo machine = new SystemInfo();
      system = machine.getOperatingSystem();
      totalBytes = machine.getHardware().getMemory().getTotal();
      os = system;
    }
    OSProcess process = system.getProcess(system.getProcessId());
    if (process == null) {
      throw new IllegalStateException("this process is not among the machine's processes");
    }
    OSProcess before = previous;
    previous = process;
    double load =
        before == null
            ? process.getProcessCpuLoadCumulative()
            : process.getProcessCpuLoadBetweenTicks(before);
    double residentBytes = process.getResidentMemory();
    return new Resources(
        100 * load,
        residentBytes / MEBIBYTE,
        100 * residentBytes / totalBytes,
        process.getThreadCount(),
        false);
  }
}
