package io.nodebridge.orchestrator.run;

import io.nodebridge.events.envelope.HopStamps;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// What a request's events and calls need beside the document itself.
///
/// @param polledNanos `System.nanoTime()` of the poll's return
/// @param tried the last attempt of each remote step
/// @param hops while measuring, the moments so far; empty otherwise
record Carried(
    ConsumerRecord<String, byte[]> polled,
    byte[] content,
    @Nullable String traceparent,
    long polledNanos,
    Map<String, Tried> tried,
    AtomicReference<HopStamps> hops,
    Calls calls) {

  /// An attempt at a worker that is over.
  ///
  /// @param instance who was asked; null if there was nobody
  /// @param notBeforeNanos `System.nanoTime()` from which on the worker wants to be asked again
  /// @param workNanos how long the worker worked, as it says
  record Tried(@Nullable String instance, long notBeforeNanos, long workNanos) {}

  /// How long the workers worked, by step, as they say.
  Map<String, Long> workNanos() {
    Map<String, Long> work = new HashMap<>();
    tried.forEach((step, last) -> work.put(step, last.workNanos()));
    return work;
  }

  boolean measured() {
    return hopsSoFar().nanos().length > 0;
  }

  HopStamps hopsSoFar() {
    return Objects.requireNonNull(hops.get());
  }

  void stepEnded() {
    if (measured()) {
      hops.updateAndGet(HopStamps::now);
    }
  }
}
