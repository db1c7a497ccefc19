package io.nodebridge.introspection.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UntilQuickTest {
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void tenQuickCallsInARowEndIt() throws Exception {
    assertThat(repeat(number -> lasts(number == 5 ? 11 : 10))).isEqualTo(5 + 1 + 10);
  }

  @Test
  void ofSlowCallsAHundredAreMade() throws Exception {
    assertThat(repeat(_ -> lasts(11))).isEqualTo(100);
  }

  @Test
  void itEndsAfterTenSeconds() throws Exception {
    assertThat(repeat(_ -> lasts(3_000))).isEqualTo(4);
  }

  @Test
  void aCallThatIsNotAnsweredIsNotQuick() throws Exception {
    assertThat(repeat(number -> lasts(1) && number != 3)).isEqualTo(3 + 10);
  }

  @Test
  void aCallThatThrowsEndsIt() {
    assertThatThrownBy(
            () ->
                repeat(
                    _ -> {
                      throw new IOException("refused");
                    }))
        .isInstanceOf(IOException.class);
  }

  private int repeat(UntilQuick.Call<IOException> call) throws IOException {
    return UntilQuick.repeat(call, nanos::get);
  }

  private boolean lasts(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    return true;
  }
}
