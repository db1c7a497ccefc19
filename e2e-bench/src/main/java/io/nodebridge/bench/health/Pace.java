package io.nodebridge.bench.health;

import io.avaje.jsonb.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.descriptive.Quantile;
import org.jspecify.annotations.Nullable;

/// How fast this machine does a fixed piece of work at rest, in nanoseconds a step: arithmetic, and
/// reads all over 8 MiB. Other guests of a host, who share its processors, caches and memory with
/// us, slow the one or the other, and show in no figure of the kernel.
@Json
public record Pace(double computeNs, double readNs) {
  private static final String COMPUTE = "computeNsPerStep";
  private static final String READ = "readNsPerStep";
  private static final int SLICES = 27;
  private static final int COMPUTE_STEPS = 500_000;
  private static final int READ_STEPS = 100_000;
  private static final int UNTIL_CACHED = 200_000;
  private static final double PERCENT = 100;

  public Pace {
    if (!(computeNs > 0 && readNs > 0)) {
      throw new IllegalArgumentException(
          "a pace of " + computeNs + " and " + readNs + " ns a step: each must be above 0");
    }
  }

  /// Takes 150 ms on an idle processor, and twice that at the first call.
  static Pace look() {
    Work work = Work.WARM;
    work.read(UNTIL_CACHED);
    double[] compute = new double[SLICES];
    double[] read = new double[SLICES];
    for (int i = 0; i < SLICES; i++) {
      long begin = System.nanoTime();
      work.compute(COMPUTE_STEPS);
      long between = System.nanoTime();
      work.read(READ_STEPS);
      compute[i] = (double) (between - begin) / COMPUTE_STEPS;
      read[i] = (double) (System.nanoTime() - between) / READ_STEPS;
    }
    Median median = Median.withDefaults();
    return new Pace(median.evaluate(compute), median.evaluate(read));
  }

  /// That share of looks was quicker, part by part.
  static Pace quantile(double share, List<Pace> looks) {
    return new Pace(quantile(share, looks, Pace::computeNs), quantile(share, looks, Pace::readNs));
  }

  private static double quantile(double share, List<Pace> looks, ToDoubleFunction<Pace> part) {
    double[] values = looks.stream().mapToDouble(part).toArray();
    return Quantile.withDefaults().evaluate(values, share);
  }

  /// The faster of each.
  public Pace best(Pace other) {
    return new Pace(Math.min(computeNs, other.computeNs), Math.min(readNs, other.readNs));
  }

  /// By how much the slower of both parts is slower than in the other.
  public double slowdownPercent(Pace than) {
    return PERCENT * (Math.max(computeNs / than.computeNs, readNs / than.readNs) - 1);
  }

  /// By the names that the results use.
  Map<String, Double> figures() {
    return Map.of(COMPUTE, computeNs, READ, readNs);
  }

  /// That of a run, from its results; null if they do not tell it.
  public static @Nullable Pace of(Map<String, Double> health) {
    Double compute = health.get(COMPUTE);
    Double read = health.get(READ);
    return compute == null || read == null || compute <= 0 || read <= 0
        ? null
        : new Pace(compute, read);
  }

  /// The work, where each step needs the one before.
  private static final class Work {
    static final Work WARM = new Work();

    private static final int INTS = 8 << 20 >> 2;
    private static final int WARM_UP = 20;
    private static final long FACTOR = 0xBF58476D1CE4E5B9L;

    // Outside the heap, whose size benchmarks tell.
    private final IntBuffer next =
        ByteBuffer.allocateDirect(INTS << 2).order(ByteOrder.nativeOrder()).asIntBuffer();
    private int place;
    private long number = 1;

    private Work() {
      // One cycle through all places (Sattolo).
      int[] order = IntStream.range(0, INTS).toArray();
      SplittableRandom random = new SplittableRandom(1);
      for (int i = INTS - 1; i > 0; i--) {
        int other = random.nextInt(i);
        int kept = order[i];
        order[i] = order[other];
        order[other] = kept;
      }
      next.put(0, order);
      for (int i = 0; i < WARM_UP; i++) {
        compute(COMPUTE_STEPS);
        read(READ_STEPS);
      }
    }

    void compute(int steps) {
      long x = number;
      for (int i = 0; i < steps; i++) {
        x = (x ^ (x >>> 29)) * FACTOR;
      }
      number = x;
    }

    void read(int steps) {
      int at = place;
      for (int i = 0; i < steps; i++) {
        at = next.get(at);
      }
      place = at;
    }
  }
}
