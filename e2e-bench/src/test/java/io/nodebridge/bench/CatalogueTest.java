package io.nodebridge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.benchmark.Benchmark;
import io.nodebridge.bench.benchmark.Catalogue;
import io.nodebridge.bench.benchmark.FoldBenchmark;
import io.nodebridge.bench.benchmark.MemoryLeakDetection;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/// Maven and `./bench` run the same benchmarks: each JUnit method is called with a run that only
/// notes what it is handed.
class CatalogueTest {
  private static final List<Class<?>> GROUPS =
      List.of(
          ReducerPerformanceIT.class,
          OrchestratorPerformanceIT.class,
          EndToEndPerformanceIT.class,
          MemoryProfilingIT.class,
          SingleNodePerformanceIT.class,
          ConcurrentLoadIT.class,
          ResourceCollectionIT.class,
          BlockingDetectionIT.class);

  /// What identifies a benchmark and when it is run.
  private record Run(String group, String name, boolean slow) {}

  @Test
  void theJUnitClassesRunWhatTheCatalogueHoldsInItsGroupsAndTags() throws Throwable {
    List<Run> runs = new ArrayList<>();
    for (Class<?> group : GROUPS) {
      for (Method method : group.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Test.class)
            || method.isAnnotationPresent(TestFactory.class)) {
          runs.addAll(runs(group, method));
        }
      }
    }

    assertThat(runs)
        .containsExactlyInAnyOrderElementsOf(
            Catalogue.benchmarks().stream()
                .map(one -> run(one, one.spec().group(), one.slow()))
                .toList());
  }

  @Test
  void theLeakComesBeforeAllElseOnAStack() throws IOException {
    assertThat(Catalogue.benchmarks())
        .filteredOn(one -> !(one instanceof FoldBenchmark))
        .first()
        .isInstanceOf(MemoryLeakDetection.class);
    assertThat(GROUPS)
        .filteredOn(group -> group.isAnnotationPresent(Order.class))
        .containsExactly(MemoryProfilingIT.class);
    Properties junit = new Properties();
    try (InputStream file = CatalogueTest.class.getResourceAsStream("/junit-platform.properties")) {
      junit.load(file);
    }
    assertThat(junit)
        .containsEntry(
            "junit.jupiter.testclass.order.default", ClassOrderer.OrderAnnotation.class.getName());
  }

  @Test
  void everyGroupIsLookedAt() {
    assertThat(Catalogue.benchmarks().stream().map(one -> one.spec().group() + "IT"))
        .hasSameElementsAs(GROUPS.stream().map(Class::getSimpleName).toList())
        .isNotEmpty();
  }

  private static List<Run> runs(Class<?> group, Method method) throws Throwable {
    boolean slow =
        Stream.of(method.getAnnotationsByType(Tag.class))
            .anyMatch(tag -> tag.value().equals("slow"));
    List<Run> runs = new ArrayList<>();
    BenchmarkRun noting =
        benchmark -> runs.add(run(benchmark, group.getSimpleName().replace("IT", ""), slow));
    var made = group.getDeclaredConstructor();
    made.setAccessible(true);
    method.setAccessible(true);
    if (method.invoke(made.newInstance(), noting) instanceof Stream<?> tests) {
      for (Object test : tests.toList()) {
        Executable body = ((DynamicTest) test).getExecutable();
        body.execute();
      }
    }
    return runs;
  }

  private static Run run(Benchmark benchmark, String group, boolean slow) {
    return new Run(group, benchmark.spec().name(), slow);
  }
}
