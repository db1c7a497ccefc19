package io.nodebridge.bench.benchmark;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.orchestrator.route.Instance;
import io.nodebridge.orchestrator.route.Outcome;
import io.nodebridge.orchestrator.route.RoutingTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.descriptive.Median;
import org.openjdk.jmh.runner.RunnerException;

/// What the production routing adds to a call: the choice of an instance among 100 and the call's
/// end, by JMH in forks of its own. Medians among 1 and 10 stand in `extra`.
public final class ServiceRoutingOverhead implements Benchmark {
  private static final int CANDIDATES = 100;
  private static final int WORKING = 90;
  private static final int CHOICES = 90_000;
  private static final double EVEN = 0.8;

  @Override
  public Spec spec() {
    return new Spec(
        "service_routing_overhead", "OrchestratorPerformance", "orchestrator", "routing", false);
  }

  @Override
  public Measured measure(Rig rig) throws RunnerException {
    List<Check> checks = new ArrayList<>(onlyTheWorkingAndEvenly());
    if (!checks.stream().allMatch(Check::ok)) {
      return new Measured(new double[0], 0, 0, checks, new double[0], List.of(), Map.of());
    }
    double[] ofOne = Jmh.millis(rig, RoutingChoices.class, "ofOne");
    double[] ofTen = Jmh.millis(rig, RoutingChoices.class, "ofTen");
    double[] ofHundred = Jmh.millis(rig, RoutingChoices.class, "ofHundred");
    int iterations = Jmh.iterations(rig);
    checks.add(Check.equal("iterations among 1", iterations, ofOne.length));
    checks.add(Check.equal("iterations among 10", iterations, ofTen.length));
    checks.add(Check.equal("iterations among 100", iterations, ofHundred.length));
    return new Measured(
        ofHundred,
        1,
        rig.profile().forks(),
        checks,
        new double[0],
        List.of(),
        Map.of("ofOneMedianMs", median(ofOne), "ofTenMedianMs", median(ofTen)));
  }

  private static List<Check> onlyTheWorkingAndEvenly() {
    RoutingTable table = RoutingChoices.table(CANDIDATES);
    Map<String, Integer> chosen = new HashMap<>();
    int others = 0;
    for (int i = 0; i < CHOICES; i++) {
      Instance instance = table.choose(RoutingChoices.CAPABILITY, null);
      if (instance == null || !instance.id().startsWith(RoutingChoices.WORKING)) {
        others++;
      } else {
        chosen.merge(instance.id(), 1, Integer::sum);
        instance.ended(Outcome.ANSWERED);
      }
    }
    int[] counts = chosen.values().stream().mapToInt(Integer::intValue).sorted().toArray();
    double even = (double) CHOICES / WORKING;
    return List.of(
        Check.equal("choices of the dead, of an open breaker, or of nobody", 0, others),
        Check.equal("instances that were chosen", WORKING, counts.length),
        Check.atLeast(
            "the rarest's share of an even one",
            EVEN,
            Arrays.stream(counts).min().orElse(0) / even),
        Check.atLeast(
            "an even share of the most frequent's",
            EVEN,
            even / Arrays.stream(counts).max().orElse(CHOICES)));
  }

  private static double median(double[] samples) {
    return Median.withDefaults().evaluate(samples);
  }
}
