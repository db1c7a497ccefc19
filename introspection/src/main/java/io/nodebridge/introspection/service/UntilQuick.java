package io.nodebridge.introspection.service;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Repeats a call until a young JVM is quick at it (docs/adr/0009).
public final class UntilQuick {
  /// After so long it ends in any case.
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private static final int CALLS = 100;
  private static final int IN_A_ROW = 10;
  // A rule of thumb: 256 calls at once then keep two processors for 1.3 s, and a step has 2 s.
  private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private UntilQuick() {}

  /// What is repeated.
  @FunctionalInterface
  public interface Call<E extends Exception> {
    /// Calls for the n-th time, the first is 0.
    ///
    /// @return whether it was answered
    boolean answered(int number) throws E;
  }

  /// Calls until ten in a row were answered within 10 ms each, a hundred times, or for ten seconds.
  ///
  /// @return how many were answered
  /// @throws E from a call, which ends it
  public static <E extends Exception> int repeat(Call<E> call) throws E {
    return repeat(call, System::nanoTime);
  }

  static <E extends Exception> int repeat(Call<E> call, LongSupplier nanoTime) throws E {
    long begun = nanoTime.getAsLong();
    long called = begun;
    int answered = 0;
    int quick = 0;
    for (int number = 0;
        number < CALLS && quick < IN_A_ROW && called - begun < LIMIT.toNanos();
        number++) {
      boolean ok = call.answered(number);
      long ended = nanoTime.getAsLong();
      answered += ok ? 1 : 0;
      quick = ok && ended - called <= QUICK_NANOS ? quick + 1 : 0;
      called = ended;
    }
    return answered;
  }
}
