package io.nodebridge.reducer.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogBucketsTest {
  @Test
  void everyQuantileIsWithinTwoPercentOfTheExactOne() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      // From one microsecond to an hour, most of them short.
      long[] values =
          random.doubles(2_000).mapToLong(d -> 1 + (long) Math.exp(d * Math.log(3.6e9))).toArray();
      LogBuckets buckets = of(values);
      Arrays.sort(values);
      for (double q : new double[] {0, 0.01, 0.5, 0.95, 0.99, 1}) {
        assertThat(buckets.quantile(q))
            .as("seed %d, q %s", seed, q)
            .isCloseTo((double) values[(int) (q * (values.length - 1))], withPercentage(2));
      }
    }
  }

  @Test
  void anySplitMergesToTheSameHistogram() {
    for (long seed = 0; seed < 200; seed++) {
      long[] values = new Random(seed).longs(300, 0, 10_000_000).toArray();
      int cut = new Random(seed).nextInt(values.length);
      LogBuckets left = of(Arrays.copyOfRange(values, 0, cut));
      LogBuckets right = of(Arrays.copyOfRange(values, cut, values.length));
      LogBuckets swapped = right.copy();
      swapped.merge(left);
      left.merge(right);

      assertThat(left).isEqualTo(of(values));
      assertThat(swapped).isEqualTo(left);
    }
  }

  @Test
  void whatIsStoredIsReadBack() {
    LogBuckets buckets = of(0, 1, 2, 1_000, 1_000, 3_600_000_000L, Long.MAX_VALUE);

    LogBuckets read = LogBuckets.decode(buckets.encode());

    assertThat(read).isEqualTo(buckets);
    assertThat(read.total()).isEqualTo(7);
    assertThat(LogBuckets.decode(new byte[0]).quantile(0.5)).isZero();
  }

  private static LogBuckets of(long... values) {
    LogBuckets buckets = new LogBuckets();
    for (long value : values) {
      buckets.add(value);
    }
    return buckets;
  }
}
