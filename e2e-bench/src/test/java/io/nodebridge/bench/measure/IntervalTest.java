package io.nodebridge.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class IntervalTest {
  private static final Offset<Double> EXACT = within(1e-9);
  private static final int RUNS = 200;
  // 95 % of 200 runs, less three standard deviations of that number.
  private static final int COVERED = 181;

  private static final double[] SAMPLES = {
    12.1, 9.7, 14.3, 10.2, 11.8, 13.0, 9.9, 15.6, 10.9, 12.6, 11.1, 10.4,
    13.7, 9.2, 12.9, 11.5, 10.7, 14.9, 12.2, 11.3, 10.1, 13.3, 9.5, 12.4
  };

  // scipy.stats.quantile_test(x, p=p).confidence_interval(.95)
  @Test
  void quantilesAgreeWithScipy() {
    double[] sorted = SAMPLES.clone();
    Arrays.sort(sorted);

    assertThat(Interval.quantile(sorted, 0.5)).hasValue(new Interval(10.4, 12.9));
    assertThat(Interval.quantile(sorted, 0.75)).hasValue(new Interval(12.1, 14.9));
    assertThat(Interval.quantile(sorted, 0.99)).as("too few").isEmpty();
  }

  // y = x[:8]; scipy.stats.t.interval(.95, 7, loc=numpy.mean(y), scale=scipy.stats.sem(y))
  @Test
  void theMeanOfFewAgreesWithScipy() {
    Interval interval = Interval.mean(Arrays.copyOf(SAMPLES, 8)).orElseThrow();

    assertThat(interval.low()).isCloseTo(10.282074101353702, EXACT);
    assertThat(interval.high()).isCloseTo(13.867925898646297, EXACT);
  }

  // z = [round(10 + 3*numpy.sin(i) + 0.1*i, 4) for i in range(50)]
  // m = [numpy.mean(z[i*50//20:(i+1)*50//20]) for i in range(20)]
  // scipy.stats.t.interval(.95, 19, loc=numpy.mean(z), scale=scipy.stats.sem(m))
  @Test
  void theMeanOfManyIsByTwentyStretches() {
    double[] samples =
        IntStream.range(0, 50)
            .mapToDouble(i -> Math.round((10 + 3 * Math.sin(i) + 0.1 * i) * 1e4) / 1e4)
            .toArray();

    Interval interval = Interval.mean(samples).orElseThrow();

    assertThat(interval.low()).isCloseTo(11.42279590521054, EXACT);
    assertThat(interval.high()).isCloseTo(13.496788094789457, EXACT);
  }

  // r = log(11/10); exp(r - hypot(log(11/10), log(10.6/10))), exp(r + hypot(log(12.5/11),
  // log(10/9.2)))
  @Test
  void aRatioCarriesTheSpreadOfBoth() {
    Interval ratio = new Interval(10, 12.5).ratio(11, new Interval(9.2, 10.6), 10);

    assertThat(ratio.low()).isCloseTo(0.9837331677171204, EXACT);
    assertThat(ratio.high()).isCloseTo(1.2813746579687229, EXACT);
  }

  @Test
  void theMediansIntervalCoversItAsOftenAsStated() {
    assertThat(covered(IntervalTest::exponential, medians(), Math.log(2)))
        .isGreaterThanOrEqualTo(COVERED);
    assertThat(covered(IntervalTest::logNormal, medians(), 1)).isGreaterThanOrEqualTo(COVERED);
    assertThat(covered(IntervalTest::twoHumps, medians(), 10)).isGreaterThanOrEqualTo(COVERED);
  }

  @Test
  void theTailsIntervalCoversItAsOftenAsStated() {
    Function<double[], Optional<Interval>> tail =
        samples -> Optional.ofNullable(Interval.of(samples).get("p95"));

    assertThat(covered(IntervalTest::exponential, tail, -Math.log(0.05)))
        .isGreaterThanOrEqualTo(COVERED);
    assertThat(covered(IntervalTest::logNormal, tail, Math.exp(1.6448536269514722)))
        .isGreaterThanOrEqualTo(COVERED);
  }

  @Test
  void theMeansIntervalCoversItAsOftenAsStated() {
    assertThat(covered(IntervalTest::exponential, Interval::mean, 1))
        .isGreaterThanOrEqualTo(COVERED);
    assertThat(covered(IntervalTest::normal, Interval::mean, 10)).isGreaterThanOrEqualTo(COVERED);
    assertThat(covered(IntervalTest::logNormal, Interval::mean, Math.exp(0.5)))
        .isGreaterThanOrEqualTo(COVERED);
  }

  // Each sample takes over half of the one before, as latencies under load do.
  @Test
  void theMeansIntervalHoldsWhereSamplesResembleTheOnesBefore() {
    assertThat(covered(IntervalTest::resembling, Interval::mean, 10))
        .isGreaterThanOrEqualTo(COVERED);
  }

  @Test
  void theRatiosIntervalCoversItAsOftenAsStated() {
    int covered = 0;
    for (int seed = 0; seed < RUNS; seed++) {
      double[] base = samples(new Random(seed), IntervalTest::logNormal);
      double[] now =
          DoubleStream.of(samples(new Random(-1 - seed), IntervalTest::logNormal))
              .map(x -> 1.2 * x)
              .toArray();
      Interval ratio =
          median(now)
              .orElseThrow()
              .ratio(Stats.of(now).median(), median(base).orElseThrow(), Stats.of(base).median());
      covered += ratio.low() <= 1.2 && 1.2 <= ratio.high() ? 1 : 0;
    }
    assertThat(covered).isGreaterThanOrEqualTo(COVERED);
  }

  private static Function<double[], Optional<Interval>> medians() {
    return IntervalTest::median;
  }

  private static Optional<Interval> median(double[] samples) {
    return Optional.ofNullable(Interval.of(samples).get("median"));
  }

  private static int covered(
      Source source, Function<double[], Optional<Interval>> interval, double truth) {
    int covered = 0;
    for (int seed = 0; seed < RUNS; seed++) {
      Interval one = interval.apply(samples(new Random(seed), source)).orElseThrow();
      covered += one.low() <= truth && truth <= one.high() ? 1 : 0;
    }
    return covered;
  }

  private static double[] samples(Random random, Source source) {
    ToDoubleFunction<Double> next = source.from(random);
    double[] samples = new double[400];
    double before = Double.NaN;
    for (int i = 0; i < samples.length; i++) {
      before = next.applyAsDouble(before);
      samples[i] = before;
    }
    return samples;
  }

  /// Makes samples, each of which may depend on the one before.
  @FunctionalInterface
  private interface Source {
    ToDoubleFunction<Double> from(Random random);
  }

  private static ToDoubleFunction<Double> exponential(Random random) {
    return _ -> random.nextExponential();
  }

  private static ToDoubleFunction<Double> normal(Random random) {
    return _ -> 10 + random.nextGaussian();
  }

  private static ToDoubleFunction<Double> logNormal(Random random) {
    return _ -> Math.exp(random.nextGaussian());
  }

  private static ToDoubleFunction<Double> twoHumps(Random random) {
    return _ -> (random.nextBoolean() ? 9 : 11) + random.nextGaussian();
  }

  private static ToDoubleFunction<Double> resembling(Random random) {
    return before -> before.isNaN() ? 10 : 10 + (before - 10) / 2 + random.nextGaussian();
  }
}
