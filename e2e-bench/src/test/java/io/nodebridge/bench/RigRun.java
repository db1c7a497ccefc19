package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.Benchmark;
import io.nodebridge.bench.benchmark.Rig;
import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.options.Options;
import io.nodebridge.bench.report.Layout;
import io.nodebridge.bench.report.Progress;
import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Table;
import io.nodebridge.bench.report.Verdict;
import io.nodebridge.bench.stack.Places;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Runs benchmarks on the one rig of this JVM, which JUnit closes after the last of them.
final class RigRun implements BenchmarkRun, AutoCloseable {
  private final Places places;
  private final Rig rig;

  private RigRun(Places places, Rig rig) {
    this.places = places;
    this.rig = rig;
  }

  @Override
  public void pass(Benchmark benchmark) throws InterruptedException {
    String leftOut = rig.leftOut(benchmark);
    Assumptions.assumeTrue(leftOut == null, leftOut);
    Results.Benchmark outcome = rig.run(benchmark);
    Verdict verdict = outcome.verdict();
    if (verdict.fails() || (verdict != Verdict.PASS && rig.options().on(Option.STRICT))) {
      Assertions.fail(why(outcome));
    }
    Assumptions.assumeTrue(verdict == Verdict.PASS, why(outcome));
  }

  private static String why(Results.Benchmark outcome) {
    Results.Compare compare = outcome.compare();
    return "%s is %s: checks %s, thresholds %s, beside %s"
        .formatted(
            outcome.name(),
            outcome.verdict(),
            outcome.checks().stream().filter(check -> !check.ok()).toList(),
            outcome.thresholds().stream().filter(t -> t.verdict() != Verdict.PASS).toList(),
            compare == null ? "nothing" : compare.baseline() + " " + tooMuch(compare));
  }

  private static List<String> tooMuch(Results.Compare compare) {
    return compare.ratios().stream()
        .filter(ratio -> ratio.verdict() == Verdict.FAIL)
        .map(
            ratio ->
                String.format(
                    Locale.ROOT,
                    "%s × %.3f, limit %.3f",
                    ratio.metric(),
                    ratio.ratio(),
                    ratio.limit()))
        .toList();
  }

  @Override
  public void close() throws IOException {
    try (rig) {
      Results results = rig.finish();
      System.out.print(Table.of(results, Layout.of(rig.options())));
      System.out.println(
          "results: " + places.root().relativize(places.results().resolve(Report.FILE)));
      Verdict verdict = results.verdict();
      if (verdict == Verdict.BUSY || verdict == Verdict.UNSURE) {
        System.err.println("e2e-bench: warning: " + verdict.sentence());
        // What passed may be BUSY only when the whole run is known.
        Assertions.assertFalse(
            rig.options().on(Option.STRICT), verdict + ": " + verdict.sentence());
      }
    }
  }

  /// Hands the run to test methods.
  static final class Extension implements ParameterResolver {
    // Every class asks again after a failure, and one sentence is enough.
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == BenchmarkRun.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(Namespace.create(RigRun.class))
          .computeIfAbsent("run", _ -> open(), RigRun.class);
    }

    private static RigRun open() {
      try {
        Places places = Places.fromSystemProperties();
        Progress.Factory progress = (_, _) -> Progress.lines(System.err);
        return new RigRun(
            places, Rig.open(places, Options.given(System.getProperties()), progress));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (IllegalArgumentException e) {
        if (!TOLD.getAndSet(true)) {
          System.err.println("e2e-bench: " + e.getMessage());
        }
        throw e;
      }
    }
  }
}
