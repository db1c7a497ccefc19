package io.nodebridge.bench.measure;

import java.util.Locale;

/// What a service remembers on purpose, up to a number of entries: as long as it is not full it
/// grows with each workflow, which is no leak. The histogram counts its entries, so what they take
/// can be left out.
///
/// @param entry the class that each entry has one object of
/// @param capacity how many there are at most
/// @param bytesEach of one entry with all that only it refers to
public record BoundedMemory(String entry, long capacity, int bytesEach) {

  long bytes(LiveObjects live) {
    return live.ofClass(entry).instances() * bytesEach;
  }

  /// Whether it keeps its bound, and is there at all: a class that was renamed holds nothing.
  Check kept(LiveObjects live) {
    long entries = live.ofClass(entry).instances();
    return new Check(
        "entries of " + entry.substring(entry.lastIndexOf('.') + 1),
        String.format(Locale.ROOT, "1 to %d", capacity),
        Long.toString(entries),
        entries > 0 && entries <= capacity);
  }
}
