package io.nodebridge.events.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireTimeTest {
  private static final long SECONDS_TO_THE_YEAR_10000 = 253_402_300_800L;
  private static final DateTimeFormatter JAVAS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  @Test
  void writesAsJavaDoesAndReadsWhatItWrote() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      Instant time =
          Instant.ofEpochSecond(
              random.nextLong(SECONDS_TO_THE_YEAR_10000), random.nextInt(1_000_000_000));
      String text = WireTime.format(time);
      assertThat(text).isEqualTo(JAVAS.format(time));
      assertThat(WireTime.parse(text)).isEqualTo(time.truncatedTo(ChronoUnit.MILLIS));
    }
  }

  @Test
  void readsWhatOthersWrite() {
    for (String text :
        new String[] {
          "2026-01-31T23:59:59Z",
          "2026-01-31T23:59:59.1Z",
          "2026-01-31T23:59:59.123456789Z",
          "2026-01-31T24:00:00.000Z",
          "2026-01-31T23:59:60.000Z",
          "2024-02-29T00:00:00.000Z",
          "2026-01-31T23:59:59.000+02:00"
        }) {
      assertThat(WireTime.parse(text)).as(text).isEqualTo(Instant.parse(text));
    }
  }

  @Test
  void refusesWhatIsNoTimeOrBeyondTheYears() {
    for (String text :
        new String[] {
          "",
          "2026-01-31",
          "2026-13-01T00:00:00.000Z",
          "2026-02-29T00:00:00.000Z",
          "2026-01-31T23:60:00.000Z",
          "2026-01-31T23:59:61.000Z",
          "2026-01-31t23:59:5x.000Z",
          "2026-01-31T23:59:59.000 ",
          "1969-12-31T23:59:59.999Z",
          "+12026-01-01T00:00:00Z"
        }) {
      assertThatThrownBy(() -> WireTime.parse(text)).as(text).isInstanceOf(DateTimeException.class);
    }
    assertThatThrownBy(() -> WireTime.format(Instant.MAX)).isInstanceOf(DateTimeException.class);
  }
}
