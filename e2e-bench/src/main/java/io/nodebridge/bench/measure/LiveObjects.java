package io.nodebridge.bench.measure;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What lives on a heap after a full collection, as `GC.class_histogram` tells it.
///
/// Fillers, with which a collector covers what is dead and not worth moving, are no objects of
/// anybody and are left out.
///
/// @param bytes of all
/// @param byClass of each class, by its name
public record LiveObjects(long bytes, Map<String, OfClass> byClass) {
  static final double MEGABYTE = 1 << 20;
  // Rank, instances, bytes, name; behind it the module.
  private static final Pattern LINE = Pattern.compile("(?m)^ *\\d+: +(\\d+) +(\\d+) +(\\S+).*$");
  private static final Set<String> FILLERS =
      Set.of("jdk.internal.vm.FillerObject", "[Ljdk.internal.vm.FillerElement;");
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+) *$");

  public LiveObjects {
    byClass = Map.copyOf(byClass);
  }

  /// All objects of a class, without what they refer to.
  public record OfClass(long instances, long bytes) {
    private static final OfClass NONE = new OfClass(0, 0);

    private OfClass plus(OfClass other) {
      return new OfClass(instances + other.instances, bytes + other.bytes);
    }

    private OfClass minus(OfClass other) {
      return new OfClass(instances - other.instances, bytes - other.bytes);
    }
  }

  /// Reads a histogram.
  ///
  /// @throws IllegalArgumentException if it is none
  static LiveObjects of(String histogram) {
    Matcher total = TOTAL.matcher(histogram);
    if (!total.find()) {
      throw new IllegalArgumentException("no class histogram: " + histogram);
    }
    long bytes = Long.parseLong(total.group(1));
    Map<String, OfClass> byClass = new HashMap<>();
    for (MatchResult line : LINE.matcher(histogram).results().toList()) {
      OfClass objects = new OfClass(Long.parseLong(line.group(1)), Long.parseLong(line.group(2)));
      if (FILLERS.contains(line.group(3))) {
        bytes -= objects.bytes();
        continue;
      }
      // Class loaders have classes of the same name.
      byClass.merge(line.group(3), objects, OfClass::plus);
    }
    return new LiveObjects(bytes, byClass);
  }

  public double megabytes() {
    return bytes / MEGABYTE;
  }

  public OfClass ofClass(String name) {
    return byClass.getOrDefault(name, OfClass.NONE);
  }

  /// What has grown since an earlier look, the most first: a line for each class.
  public List<String> grownSince(LiveObjects earlier) {
    return byClass.entrySet().stream()
        .map(now -> Map.entry(now.getKey(), now.getValue().minus(earlier.ofClass(now.getKey()))))
        .filter(grown -> grown.getValue().bytes() > 0)
        .sorted(
            Comparator.comparingLong((Map.Entry<String, OfClass> grown) -> grown.getValue().bytes())
                .reversed()
                .thenComparing(Map.Entry::getKey))
        .map(
            grown ->
                String.format(
                    Locale.ROOT,
                    "%s %+d B (%+d)",
                    grown.getKey(),
                    grown.getValue().bytes(),
                    grown.getValue().instances()))
        .toList();
  }
}
