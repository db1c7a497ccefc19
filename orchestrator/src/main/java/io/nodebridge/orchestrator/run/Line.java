package io.nodebridge.orchestrator.run;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/// Requests of one partition that are polled and wait to be run, in their order, and about what
/// they take of the heap.
final class Line {
  // Key, headers and objects of a request of any size.
  private static final int OVERHEAD_BYTES = 1 << 10;
  private static final long LONG_BYTES = 512 << 10;

  private final Deque<Polled> waiting = new ArrayDeque<>();
  private long bytes;

  /// @param nanos `System.nanoTime()` when it was polled
  record Polled(ConsumerRecord<String, byte[]> value, long nanos) {
    private int bytes() {
      return OVERHEAD_BYTES + Math.max(0, value.serializedValueSize());
    }
  }

  void add(Polled polled) {
    // Until it is read, a header keeps the whole answer of the broker that it came in.
    for (Header header : polled.value().headers()) {
      String _ = header.key();
      byte[] _ = header.value();
    }
    waiting.add(polled);
    bytes += polled.bytes();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /// The one that comes next.
  Polled first() {
    return waiting.element();
  }

  void removeFirst() {
    bytes -= waiting.remove().bytes();
  }

  /// Whether so much waits that no more should be polled.
  boolean isLong() {
    return bytes > LONG_BYTES;
  }
}
