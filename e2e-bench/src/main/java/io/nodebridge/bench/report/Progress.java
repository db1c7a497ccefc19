package io.nodebridge.bench.report;

import io.nodebridge.bench.measure.Stats;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Tells how far a run is: a line for each benchmark that ended, and in a terminal one that says
/// which is running and how long the rest will take.
public final class Progress implements AutoCloseable {
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream out;
  private final List<String> planned;
  private final ToDoubleFunction<String> expectedSeconds;
  private final @Nullable ScheduledExecutorService redraw;
  private int ended;
  private @Nullable String running;
  private long begin;

  private Progress(
      PrintStream out,
      List<String> planned,
      ToDoubleFunction<String> expectedSeconds,
      boolean terminal) {
    this.out = out;
    this.planned = planned;
    this.expectedSeconds = expectedSeconds;
    this.redraw =
        terminal
            ? Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("progress").factory())
            : null;
    if (redraw != null) {
      ScheduledFuture<?> _ = redraw.scheduleAtFixedRate(this::draw, 1, 1, TimeUnit.SECONDS);
    }
  }

  /// Makes one, as soon as the run knows what it runs.
  @FunctionalInterface
  public interface Factory {
    /// Makes it.
    ///
    /// @param planned names in the order of the run
    /// @param expectedSeconds by name, as in the last run; NaN if unknown
    Progress following(List<String> planned, ToDoubleFunction<String> expectedSeconds);
  }

  /// Lines without a count, where somebody else chooses what is run.
  public static Progress lines(PrintStream out) {
    return new Progress(out, List.of(), _ -> Double.NaN, false);
  }

  /// Lines with a count and the time that is left.
  ///
  /// @param terminal whether a line may be drawn over
  public static Factory counted(PrintStream out, boolean terminal) {
    return (planned, expectedSeconds) -> new Progress(out, planned, expectedSeconds, terminal);
  }

  public synchronized void begin(String name) {
    running = name;
    begin = System.nanoTime();
    draw();
  }

  /// Prints a line of its own.
  public synchronized void say(String line) {
    out.println((redraw == null ? "" : ERASE) + line);
    draw();
  }

  public synchronized void end(Results.Benchmark outcome, double seconds) {
    running = null;
    ended++;
    Stats stats = outcome.stats();
    say(
        String.format(
            Locale.ROOT,
            "%s%s: %s%s, %.0f s%s",
            place(ended),
            outcome.name(),
            outcome.verdict(),
            stats == null || outcome.verdict() == Verdict.BUSY
                ? ""
                : ", median " + Table.digits(stats.median()) + " ms",
            seconds,
            left(0)));
  }

  private synchronized void draw() {
    if (redraw != null && running != null) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      out.printf(
          Locale.ROOT,
          "%s%s%s … %.0f s%s",
          ERASE,
          place(ended + 1),
          running,
          seconds,
          left(seconds));
      out.flush();
    }
  }

  private String place(int number) {
    return planned.isEmpty() ? "" : "[" + number + "/" + planned.size() + "] ";
  }

  // What is expected of those that have not ended; nothing if one of them is not known.
  private String left(double spent) {
    double expected = planned.stream().skip(ended).mapToDouble(expectedSeconds).sum() - spent;
    if (Double.isNaN(expected) || ended >= planned.size()) {
      return "";
    }
    Duration left = Duration.ofSeconds(Math.max(1, Math.round(expected)));
    return String.format(
        Locale.ROOT, ", about %d:%02d left", left.toMinutes(), left.toSecondsPart());
  }

  @Override
  public synchronized void close() {
    if (redraw != null && !redraw.isShutdown()) {
      redraw.shutdownNow();
      out.print(ERASE);
    }
  }
}
