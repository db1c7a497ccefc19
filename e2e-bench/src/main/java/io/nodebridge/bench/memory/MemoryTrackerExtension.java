package io.nodebridge.bench.memory;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Heap;
import io.nodebridge.bench.measure.HeapRounds;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/// Runs the rounds of a [MemoryTracker].
final class MemoryTrackerExtension implements InvocationInterceptor {
  private static final int LEAST_ROUNDS = 12;

  @Override
  public void interceptTestMethod(
      Invocation<Void> first, ReflectiveInvocationContext<Method> test, ExtensionContext context)
      throws Throwable {
    MemoryTracker wanted = wanted(test.getExecutable());
    Heap heap = Heap.ours();
    HeapRounds rounds = new HeapRounds(heap.live(), wanted.rounds(), List.of());
    first.proceed();
    rounds.add(heap.live());
    for (int round = 1; round < wanted.rounds(); round++) {
      again(test);
      rounds.add(heap.live());
    }
    context.publishReportEntry(told(rounds.statistics()));
    Check flat = rounds.flat("heap", wanted.megabytesARound());
    if (!flat.ok()) {
      Assertions.fail("the heap grows: " + flat.actual());
    }
  }

  private static MemoryTracker wanted(Method test) {
    MemoryTracker wanted = test.getAnnotation(MemoryTracker.class);
    if (wanted.rounds() < LEAST_ROUNDS || !(wanted.megabytesARound() > 0)) {
      throw new ExtensionConfigurationException(
          "%s is %s: must have %d rounds or more, and megabytesARound above 0"
              .formatted(test, wanted, LEAST_ROUNDS));
    }
    return wanted;
  }

  private static void again(ReflectiveInvocationContext<Method> test) throws Throwable {
    Method method = test.getExecutable();
    method.setAccessible(true);
    try {
      method.invoke(test.getTarget().orElse(null), test.getArguments().toArray());
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Map<String, String> told(Map<String, Double> statistics) {
    Map<String, String> told = new TreeMap<>();
    statistics.forEach(
        (name, figure) -> told.put(name, String.format(Locale.ROOT, "%.4f", figure)));
    return told;
  }
}
