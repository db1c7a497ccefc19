package io.nodebridge.introspection.node;

import io.nodebridge.events.message.Heartbeat.Resources;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Samples what this process uses, in the background, so that no beat waits for the operating
/// system. One per process: it starts one thread.
public final class ResourceSampler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceSampler.class);
  // A probe that hangs must not keep the process from ending.
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int STALE_AFTER_INTERVALS = 3;

  private final Duration interval;
  private final Probe probe;
  private final Thread thread;
  private final AtomicLong taken = new AtomicLong();
  private volatile @Nullable Sample latest;

  /// Asks the operating system; may take long or fail.
  @FunctionalInterface
  public interface Probe {
    /// What this process uses now.
    Resources take();
  }

  private record Sample(Resources resources, long takenNanos) {}

  private ResourceSampler(Duration interval, Probe probe) {
    this.interval = interval;
    this.probe = probe;
    this.thread = Thread.ofPlatform().name("resource-sampler").daemon().unstarted(this::sample);
  }

  /// Starts sampling every `interval`; the first sample may take a second.
  public static ResourceSampler start(Duration interval) {
    return start(interval, new ProcessProbe());
  }

  /// The same, from another source.
  public static ResourceSampler start(Duration interval, Probe probe) {
    ResourceSampler sampler = new ResourceSampler(interval, probe);
    sampler.thread.start();
    return sampler;
  }

  /// How many samples were taken.
  public long taken() {
    return taken.get();
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
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() {
    try {
      while (true) {
        sampleOnce();
        Thread.sleep(interval);
      }
    } catch (InterruptedException e) {
      LOG.debug("told to stop", e);
    } catch (LinkageError e) {
      LOG.warn("resources cannot be sampled on this machine; beats will say stale", e);
    }
  }

  private void sampleOnce() {
    try {
      latest = new Sample(probe.take(), System.nanoTime());
      taken.incrementAndGet();
    } catch (RuntimeException e) {
      LOG.warn("a sample failed", e);
    }
  }
}
