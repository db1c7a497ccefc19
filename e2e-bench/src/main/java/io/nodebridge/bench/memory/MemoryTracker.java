package io.nodebridge.bench.memory;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Makes a test method a round that is run again and again, in one JVM and on one instance, with a
/// full collection behind each; the test fails if what lives on the heap grows round by round, and
/// says which classes it is. What is filled once, within the first quarter of the rounds, is no
/// growth.
///
/// ```
/// @Test
/// @MemoryTracker(rounds = 40, megabytesARound = 0.01)
/// void aParserKeepsNothing() {
///   for (int i = 0; i < 100; i++) parser.parse(document);
/// }
/// ```
///
/// The memory statistics of the run (`baseline_mb`, `peak_mb`, `delta_mb`, `peak_delta_mb`,
/// `samples`, `mb_per_round`) are published as a report entry of the test.
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MemoryTrackerExtension.class)
public @interface MemoryTracker {
  /// How often the method is run; 12 at least, since fewer cannot tell growth from chance.
  int rounds() default 40;

  /// What may be kept of a round, in megabytes; above 0, since a heap is never quite still.
  double megabytesARound() default 0.01;
}
