package io.nodebridge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.benchmark.Benchmark;
import io.nodebridge.bench.benchmark.Rig;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Runs benchmarks on the one rig of this JVM, which JUnit closes after the last of them.
final class BenchmarkRun implements AutoCloseable {
  private final Rig rig;

  private BenchmarkRun(Rig rig) {
    this.rig = rig;
  }

  /// Fails the test unless the benchmark passes; skips it where `-Dbench.only` leaves it out.
  void pass(Benchmark benchmark) throws InterruptedException {
    Assumptions.assumeTrue(rig.selects(benchmark), "left out by -Dbench.only");
    Results.Benchmark outcome = rig.run(benchmark);
    assertThat(outcome.verdict())
        .as(
            "%s: checks %s, thresholds %s",
            outcome.name(),
            outcome.checks().stream().filter(check -> !check.ok()).toList(),
            outcome.thresholds().stream().filter(t -> t.verdict() != Verdict.PASS).toList())
        .isEqualTo(Verdict.PASS);
  }

  @Override
  public void close() throws IOException {
    rig.close();
  }

  /// Hands the run to test methods.
  static final class Extension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == BenchmarkRun.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(Namespace.create(BenchmarkRun.class))
          .computeIfAbsent("run", _ -> open(), BenchmarkRun.class);
    }

    private static BenchmarkRun open() {
      try {
        return new BenchmarkRun(Rig.fromSystemProperties());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } catch (IllegalArgumentException e) {
        System.err.println("e2e-bench: " + e.getMessage());
        throw e;
      }
    }
  }
}
