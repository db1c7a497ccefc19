package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.introspection.node.ProcessProbe;
import io.nodebridge.introspection.node.ResourceSampler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The production sampler: what a read costs the node that beats, while the operating system is
/// asked all the time, while it is asked seldom, and when a hundred nodes read at once.
public final class ResourceCollection implements Benchmark {
  private static final int READERS = 100;
  // A single read takes no longer than the clock does: a sample is the mean of so many.
  private static final int AT_ONCE = 100;
  private static final long PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final int FRESH = 20;
  private static final double WORTH = 10;

  private final Spec spec;
  private final Duration interval;
  private final Duration hold;
  private final int readers;

  private ResourceCollection(
      String name, String group, Duration interval, Duration hold, int readers) {
    this.spec = new Spec(name, group, "introspection", "heartbeat_single", false);
    this.interval = interval;
    this.hold = hold;
    this.readers = readers;
  }

  /// The operating system takes its time, so that nearly always a sample is being taken.
  public static ResourceCollection nonBlocking() {
    return new ResourceCollection(
        "resource_collection_non_blocking",
        "SingleNodePerformance",
        Duration.ofMillis(2),
        Duration.ofMillis(20),
        1);
  }

  /// A sample is kept for long.
  public static ResourceCollection caching() {
    return new ResourceCollection(
        "resource_info_caching_effectiveness",
        "ResourceCollection",
        Duration.ofMillis(200),
        Duration.ZERO,
        1);
  }

  /// A hundred nodes share a process.
  public static ResourceCollection concurrent() {
    return new ResourceCollection(
        "concurrent_resource_collection",
        "ResourceCollection",
        Duration.ofMillis(20),
        Duration.ZERO,
        READERS);
  }

  /// What one reader saw, in milliseconds a read.
  private record Reads(double[] alone, double[] atOnce, long silent) {}

  @Override
  public Spec spec() {
    return spec;
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    int reads = rig.profile().beats() / (readers == 1 ? 1 : 5);
    double freshMs = freshMillis();
    List<Reads> done = new ArrayList<>();
    List<Check> checks = new ArrayList<>();
    try (ResourceSampler sampler = ResourceSampler.start(interval, heldUp(hold))) {
      while (sampler.latest().stale()) {
        LockSupport.parkNanos(PACE_NANOS);
      }
      long before = sampler.taken();
      long begin = System.nanoTime();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Reads>> reading = new ArrayList<>();
        for (int reader = 0; reader < readers; reader++) {
          reading.add(threads.submit(() -> read(sampler, reads)));
        }
        for (Future<Reads> reader : reading) {
          done.add(reader.get());
        }
      }
      double elapsedMs = (System.nanoTime() - begin) / 1e6;
      long collections = sampler.taken() - before;
      double mostPossible = elapsedMs / interval.toMillis() + 1;
      checks.add(
          new Check(
              "collections, however many read",
              "1 to " + Math.round(mostPossible),
              "" + collections,
              collections >= 1 && collections <= mostPossible));
    }
    double[] alone = done.stream().map(Reads::alone).flatMapToDouble(Arrays::stream).toArray();
    double[] atOnce = done.stream().map(Reads::atOnce).flatMapToDouble(Arrays::stream).toArray();
    long silent = done.stream().mapToLong(Reads::silent).sum();
    // Among many at once the one that waits would vanish.
    double aloneMs = Arrays.stream(alone).average().orElse(freshMs);
    checks.add(Check.equal("reads that told nothing", 0, silent));
    checks.add(Check.atLeast("times cheaper than asking", WORTH, freshMs / aloneMs));
    return new Measured(
        atOnce,
        AT_ONCE,
        1,
        checks,
        new double[0],
        List.of(),
        Map.of("freshMs", freshMs, "aloneMs", aloneMs));
  }

  private static ResourceSampler.Probe heldUp(Duration hold) {
    ProcessProbe probe = new ProcessProbe();
    return () -> {
      LockSupport.parkNanos(hold.toNanos());
      return probe.take();
    };
  }

  private static double freshMillis() {
    ProcessProbe probe = new ProcessProbe();
    probe.take();
    long begin = System.nanoTime();
    for (int i = 0; i < FRESH; i++) {
      probe.take();
    }
    return (System.nanoTime() - begin) / 1e6 / FRESH;
  }

  // Each time one read alone, as a node that beats does, then many.
  private static Reads read(ResourceSampler sampler, int times) {
    double[] alone = new double[times];
    double[] atOnce = new double[times];
    long silent = 0;
    for (int i = 0; i < times; i++) {
      LockSupport.parkNanos(PACE_NANOS);
      long begin = System.nanoTime();
      boolean told = tells(sampler);
      alone[i] = (System.nanoTime() - begin) / 1e6;
      silent += told ? 0 : 1;
      begin = System.nanoTime();
      for (int read = 0; read < AT_ONCE; read++) {
        silent += tells(sampler) ? 0 : 1;
      }
      atOnce[i] = (System.nanoTime() - begin) / 1e6 / AT_ONCE;
    }
    return new Reads(alone, atOnce, silent);
  }

  private static boolean tells(ResourceSampler sampler) {
    return sampler.latest().memoryMb() > 0;
  }
}
