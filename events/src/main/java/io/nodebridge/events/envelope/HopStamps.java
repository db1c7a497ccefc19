package io.nodebridge.events.envelope;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/// The moments at which a measured workflow passed a hop, as `System.nanoTime()` of this host.
///
/// Present only while measuring (`NODEBRIDGE_MEASURE=true`). Stamps travel as 8-byte big-endian
/// values in the header `nb_hops`, in the order in which they were taken: received, request
/// produced, polled, one for each step's end, event produced; the reducer adds polled, batch begins
/// and commit returned. JVMs and containers of one host share the clock.
public record HopStamps(long[] nanos) {
  static final String HEADER = "nb_hops";

  private static final HopStamps NONE = new HopStamps(new long[0]);

  public static HopStamps none() {
    return NONE;
  }

  /// The same stamps and the present moment.
  public HopStamps now() {
    return at(System.nanoTime());
  }

  /// The same stamps and a moment that was noted before.
  public HopStamps at(long nanoTime) {
    long[] longer = Arrays.copyOf(nanos, nanos.length + 1);
    longer[nanos.length] = nanoTime;
    return new HopStamps(longer);
  }

  public void writeTo(Headers headers) {
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES * nanos.length);
    for (long nano : nanos) {
      buffer.putLong(nano);
    }
    headers.add(HEADER, buffer.array());
  }

  /// The stamps that a record carries; none if it was not measured.
  public static HopStamps readFrom(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    if (header == null || header.value() == null || header.value().length % Long.BYTES != 0) {
      return NONE;
    }
    long[] nanos = new long[header.value().length / Long.BYTES];
    ByteBuffer.wrap(header.value()).asLongBuffer().get(nanos);
    return new HopStamps(nanos);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HopStamps that && Arrays.equals(nanos, that.nanos);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(nanos);
  }

  @Override
  public String toString() {
    return "HopStamps" + Arrays.toString(nanos);
  }
}
