package io.nodebridge.bench.benchmark;

import java.util.Locale;
import java.util.UUID;

/// Each pass has a namespace of its own, so that its rows and sums are its own.
final class Namespaces {
  private Namespaces() {}

  static String fresh(String purpose) {
    String random = UUID.randomUUID().toString().substring(0, 8);
    return String.format(Locale.ROOT, "bench-%s-%s", purpose, random);
  }
}
