package io.nodebridge.introspection.node;

import io.nodebridge.events.message.Heartbeat.Resources;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/// Samples what this process uses, in the background, so that no beat waits for the operating
/// system. One per process: it starts one thread.
///
/// CPU is in percent of one core between the last two samples (200: two cores), as `top` shows it;
/// memory is what is resident, its percentage that of the machine.
public final class ResourceSampler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceSampler.class);
  private static final int STALE_AFTER_INTERVALS = 3;
  private static final double MEBIBYTE = 1 << 20;

  private final Duration interval;
  private final Thread thread;
  private volatile @Nullable Sample latest;

  private record Sample(Resources resources, long takenNanos) {}

  private ResourceSampler(Duration interval) {
    this.interval = interval;
    this.thread = Thread.ofPlatform().name("resource-sampler").daemon().unstarted(this::sample);
  }

  /// Starts sampling every `interval`; the first sample may take a second.
  public static ResourceSampler start(Duration interval) {
    ResourceSampler sampler = new ResourceSampler(interval);
    sampler.thread.start();
    return sampler;
  }

  /// The last sample, marked stale if it is older than three intervals; zeros, also stale, before
  /// the first. Never blocks.
  public Resources latest() {
    Sample sample = latest;
    if (sample == null) {
      return new Resources(0, 0, 0, 0, true);
    }
    Resources last = sample.resources();
    boolean stale =
        System.nanoTime() - sample.takenNanos() > STALE_AFTER_INTERVALS * interval.toNanos();
    return stale
        ? new Resources(
            last.cpuPercent(), last.memoryMb(), last.memoryPercent(), last.threads(), true)
        : last;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() {
    try {
      SystemInfo system = new SystemInfo();
      OperatingSystem os = system.getOperatingSystem();
      long totalBytes = system.getHardware().getMemory().getTotal();
      OSProcess previous = null;
      while (true) {
        previous = sampleOnce(os, previous, totalBytes);
        Thread.sleep(interval);
      }
    } catch (InterruptedException e) {
      LOG.debug("told to stop", e);
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("resources cannot be sampled on this machine; beats will say stale", e);
    }
  }

  private @Nullable OSProcess sampleOnce(
      OperatingSystem os, @Nullable OSProcess previous, long totalBytes) {
    try {
      OSProcess process = os.getProcess(os.getProcessId());
      if (process == null) {
        return previous;
      }
      double load =
          previous == null
              ? process.getProcessCpuLoadCumulative()
              : process.getProcessCpuLoadBetweenTicks(previous);
      double residentBytes = process.getResidentMemory();
      latest =
          new Sample(
              new Resources(
                  100 * load,
                  residentBytes / MEBIBYTE,
                  100 * residentBytes / totalBytes,
                  process.getThreadCount(),
                  false),
              System.nanoTime());
      return process;
    } catch (RuntimeException e) {
      LOG.warn("a sample failed", e);
      return previous;
    }
  }
}
