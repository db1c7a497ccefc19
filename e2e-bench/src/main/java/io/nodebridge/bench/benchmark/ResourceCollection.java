package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.events.message.Heartbeat.Resources;
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

  @Override
  public Spec spec() {
    return spec;
  }

  @Override
  public Measured measure(Rig rig) throws Exception {
    int reads = rig.profile().beats() / (readers == 1 ? 1 : 5);
    double freshMs = freshMillis();
    List<double[]> samples = new ArrayList<>();
    List<Check> checks = new ArrayList<>();
    try (ResourceSampler sampler = ResourceSampler.start(interval, heldUp(hold))) {
      while (sampler.latest().stale()) {
        LockSupport.parkNanos(PACE_NANOS);
      }
      long before = sampler.taken();
      long begin = System.nanoTime();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<double[]>> reading = new ArrayList<>();
        for (int reader = 0; reader < readers; reader++) {
          reading.add(threads.submit(() -> read(sampler, reads)));
        }
        for (Future<double[]> reader : reading) {
          samples.add(reader.get());
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
    double[] all = samples.stream().flatMapToDouble(Arrays::stream).toArray();
    double readMs = Arrays.stream(all).filter(millis -> millis >= 0).average().orElse(freshMs);
    checks.add(Check.equal("reads", (long) reads * readers, all.length));
    checks.add(
        Check.equal("reads that told nothing", 0, Arrays.stream(all).filter(m -> m < 0).count()));
    checks.add(Check.atLeast("times cheaper than asking", WORTH, freshMs / readMs));
    return new Measured(
        all, 1, 1, checks, new double[0], List.of(), Map.of("freshMs", freshMs, "readMs", readMs));
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

  // Negative: what was read told nothing.
  private static double[] read(ResourceSampler sampler, int reads) {
    double[] millis = new double[reads];
    for (int i = 0; i < reads; i++) {
      LockSupport.parkNanos(PACE_NANOS);
      long begin = System.nanoTime();
      Resources latest = sampler.latest();
      double took = (System.nanoTime() - begin) / 1e6;
      millis[i] = latest.memoryMb() <= 0 ? -1 : took;
    }
    return millis;
  }
}
