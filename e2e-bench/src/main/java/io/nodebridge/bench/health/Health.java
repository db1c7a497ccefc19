package io.nodebridge.bench.health;

import io.nodebridge.bench.measure.Check;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// How much of each disturbance there was; one that this machine cannot tell is absent.
public record Health(Map<Disturbance, Double> seen) {

  public Health {
    seen = Map.copyOf(seen);
  }

  /// The worst of each.
  public Health and(Health other) {
    Map<Disturbance, Double> worst = new EnumMap<>(Disturbance.class);
    worst.putAll(seen);
    other.seen.forEach((disturbance, much) -> worst.merge(disturbance, much, Math::max));
    return new Health(worst);
  }

  /// The same without one that cannot be told here.
  public Health without(Disturbance disturbance) {
    Map<Disturbance, Double> rest = new EnumMap<>(Disturbance.class);
    rest.putAll(seen);
    rest.remove(disturbance);
    return new Health(rest);
  }

  /// A check that is not ok for each disturbance above its limit; none: the machine is at rest.
  public List<Check> tooMuch() {
    return above(disturbance -> !disturbance.onlyExcuses());
  }

  /// The same of what excuses a figure over its limit, but does not spoil one within.
  public List<Check> excuses() {
    return above(Disturbance::onlyExcuses);
  }

  private List<Check> above(Predicate<Disturbance> some) {
    return seen.entrySet().stream()
        .filter(entry -> some.test(entry.getKey()) && entry.getValue() > entry.getKey().limit())
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> check(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Check check(Disturbance disturbance, double much) {
    return new Check(
        "machine at rest: " + disturbance.meaning(),
        String.format(Locale.ROOT, "≤ %.0f", disturbance.limit()),
        String.format(Locale.ROOT, "%.1f", much),
        false);
  }

  /// By the names that the results use.
  public Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    seen.forEach((disturbance, much) -> figures.put(disturbance.figure(), much));
    return figures;
  }
}
