package io.nodebridge.bench.measure;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What lives on a heap after each round of the same work: whether it grows round by round, and
/// which objects it is then. The first quarter of the rounds fills what is filled once, and is not
/// judged.
public final class HeapRounds {
  /// Growth a round that is none yet, in megabytes.
  public static final double LEAK_MB = 0.01;

  private static final int TOLD = 3;

  private final List<BoundedMemory> remembered;
  private final double baseline;
  private final double[] megabytes;
  private final double[] unremembered;
  // Two looks at any time: where the rig looks at itself, they are on its own heap.
  private LiveObjects settled;
  private LiveObjects last;
  private int taken;

  /// @param before the first round
  /// @param rounds that will be added; 8 at least, or nothing can be sure
  /// @param remembered what may be filled in these rounds
  public HeapRounds(LiveObjects before, int rounds, List<BoundedMemory> remembered) {
    this.remembered = List.copyOf(remembered);
    this.baseline = before.megabytes();
    this.megabytes = new double[rounds];
    this.unremembered = new double[rounds];
    this.settled = before;
    this.last = before;
  }

  /// Adds the next round.
  public void add(LiveObjects live) {
    megabytes[taken] = live.megabytes();
    long held = remembered.stream().mapToLong(memory -> memory.bytes(live)).sum();
    unremembered[taken] = megabytes[taken] - held / LiveObjects.MEGABYTE;
    if (taken <= quarter()) {
      settled = last;
    }
    last = live;
    taken++;
  }

  private int quarter() {
    return megabytes.length / 4;
  }

  /// Of the rounds that are judged, in megabytes, without what is remembered on purpose.
  public Trend trend() {
    return Trend.of(Arrays.copyOfRange(unremembered, quarter(), unremembered.length));
  }

  /// Whether what is remembered on purpose keeps its bounds.
  public List<Check> bounds() {
    return remembered.stream().map(memory -> memory.kept(last)).toList();
  }

  /// Whether it does not grow by more than so much a round; if it does, what has grown most.
  public Check flat(String name, double megabytesARound) {
    Trend trend = trend();
    boolean grows = trend.growsBy(megabytesARound);
    String figures =
        String.format(Locale.ROOT, "%+.4f MB a round, z = %.2f", trend.slope(), trend.z());
    List<String> grown = grown();
    return new Check(
        name,
        "no growth",
        grows ? figures + ": " + grown.subList(0, Math.min(TOLD, grown.size())) : figures,
        !grows);
  }

  /// What has grown in the rounds that are judged, the most first: a line for each class.
  public List<String> grown() {
    return last.grownSince(settled);
  }

  /// What lived on the heap behind each round.
  public Series series(String process) {
    return Series.heap(process, megabytes);
  }

  /// The seed's memory statistics, and the growth a round.
  public Map<String, Double> statistics() {
    double peak = Math.max(baseline, Arrays.stream(megabytes).max().orElseThrow());
    Map<String, Double> statistics = new LinkedHashMap<>();
    statistics.put("baseline_mb", baseline);
    statistics.put("peak_mb", peak);
    statistics.put("delta_mb", last.megabytes() - baseline);
    statistics.put("peak_delta_mb", peak - baseline);
    statistics.put("samples", (double) taken);
    statistics.put("mb_per_round", trend().slope());
    return statistics;
  }
}
