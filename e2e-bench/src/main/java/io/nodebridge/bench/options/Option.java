package io.nodebridge.bench.options;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Every option of a run. Each is a key of `bench.yaml` (`compare-fail: mean:10%`), a property of
/// the build (`-Dbench.compareFail=mean:10%`) and an option of the command line
/// (`--compare-fail=mean:10%`). `docs/benchmarks.md` is this catalogue as a table; a test keeps the
/// two equal.
public enum Option {
  ONLY("*", ".+", "a glob over names, with or without test_, groups and categories"),
  PROFILE("quick", "quick|standard|full|soak", "quick, standard, full or soak: how much"),
  SLOW(
      "true",
      Rule.SWITCH,
      "true or false: whether the slow ones are run: 1,000 heartbeats, sustained load, leak"),
  STACK(
      "auto",
      "auto|embedded|containers|external",
      "auto, embedded or containers: where the stack runs; external: it runs already, at the"
          + " addresses below, and its DATABASE_URL is in the environment"),
  ORCHESTRATOR_URL(
      "http://127.0.0.1:8080",
      Rule.URL,
      "a URL without a path: the orchestrator of an external stack"),
  REDUCER_URL(
      "http://127.0.0.1:8081", Rule.URL, "a URL without a path: the reducer of an external stack"),
  REGISTRY_URL(
      "http://127.0.0.1:8082", Rule.URL, "a URL without a path: the registry of an external stack"),
  KAFKA(
      "127.0.0.1:9092",
      Rule.HOSTS,
      "host:port, more of them behind commas: the broker of an external stack"),
  ROUNDS(
      "5",
      Rule.COUNT,
      "a count: rounds of quick; standard makes 2 times, full and soak 4 times as many"),
  MIN_ROUNDS("1", Rule.COUNT, "a count: the least rounds, whatever the profile says"),
  ITERATIONS("10", Rule.COUNT, "a count: calls a round without calibration"),
  CALIBRATE(
      "true",
      Rule.SWITCH,
      "true or false: a round of code alone makes as many calls as fill 0.2 s (0.7 from standard"
          + " on), not iterations"),
  WARMUP(
      "true",
      Rule.SWITCH,
      "true or false: work before the first sample, until the stack gets no faster"),
  DISABLE_GC(
      "false",
      Rule.SWITCH,
      "true or false: collect before each round, with room enough for the round"),
  VERBOSE("false", Rule.SWITCH, "true or false: show every check, limit and side figure"),
  COLUMNS(
      "min,median,p95,p99,max",
      "all|" + Rule.COLUMN + "(," + Rule.COLUMN + ")*",
      "all, or some of min, max, mean, stddev, median, iqr, outliers, p95, p99, p999, ops"),
  SORT("run", "run|name|" + Rule.COLUMN, "run (as they ran), name or a column"),
  AUTOSAVE("true", Rule.SWITCH, "true or false: keep each run, for a comparison without a name"),
  SAVE("", "|" + Rule.NAME, "a name: what passed is kept as this baseline"),
  COMPARE(
      "", "|true|" + Rule.NAME, "a baseline's name; alone (or true): the last run that was kept"),
  COMPARE_FAIL(
      "mean:10%",
      "none|" + Rule.LIMIT + "(," + Rule.LIMIT + ")*",
      "none, or a statistic and what it may grow by: mean:10%,min:10%,max:10%"),
  HISTOGRAM(
      "true",
      ".+",
      "a folder for each distribution, as picture and HdrHistogram log; true: beside the results;"
          + " false: none"),
  JSON("true", ".+", "a file that gets a copy of results.json; true or false: none"),
  CSV("e2e-bench/target/bench/results.csv", ".+", "a file for the statistics; false: none"),
  MAXFAIL("0", "[0-9]{1,4}", "a number: stop after so many failed benchmarks; 0: never"),
  STRICT("false", Rule.SWITCH, "true or false: BUSY and UNSURE fail the run"),
  HEALTH(
      "true", Rule.SWITCH, "true or false: whether figures of a busy machine are BUSY, not judged"),
  STORAGE(".bench", ".+", "the folder of baselines, kept runs and the history"),
  SOAK_WORKFLOWS("", "|" + Rule.COUNT, "a count: workflows of orchestrator_soak"),
  SOAK_EVENTS("", "|" + Rule.COUNT, "a count: events of reducer_soak"),
  COST_NODES("", "|" + Rule.COUNT, "a count: nodes of heartbeat_cost at most");

  private final String fallback;
  private final Pattern allowed;
  private final String rule;

  Option(String fallback, String allowed, String rule) {
    this.fallback = fallback;
    this.allowed = Pattern.compile(allowed);
    this.rule = rule;
  }

  /// By its key in `bench.yaml`.
  public static Optional<Option> ofKey(String key) {
    return Arrays.stream(values()).filter(option -> option.key().equals(key)).findFirst();
  }

  /// By its property; `stack` has no prefix.
  public static Optional<Option> ofProperty(String property) {
    return Arrays.stream(values()).filter(o -> o.property().equals(property)).findFirst();
  }

  static String keys() {
    return Arrays.stream(values()).map(Option::key).collect(Collectors.joining(", "));
  }

  /// As `bench.yaml` and the command line write it.
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// As `-D` writes it.
  public String property() {
    return switch (this) {
      case STACK -> "stack";
      case SOAK_WORKFLOWS, SOAK_EVENTS, COST_NODES -> "bench." + key().replace('-', '.');
      default -> "bench." + camelCase();
    };
  }

  private String camelCase() {
    return Pattern.compile("-(.)")
        .matcher(key())
        .replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
  }

  /// The value where none is given; empty: off, or the benchmark decides.
  public String fallback() {
    return fallback;
  }

  public String rule() {
    return rule;
  }

  /// Whether it may stand without a value, which is `true` then.
  public boolean alone() {
    return switch (this) {
      case COMPARE -> true;
      default -> fallback.equals("true") || fallback.equals("false");
    };
  }

  /// Whether a value keeps the rule.
  public boolean allows(String value) {
    return allowed.matcher(value).matches();
  }

  /// What a value must look like.
  private static final class Rule {
    static final String COUNT = "[1-9][0-9]{0,8}";
    static final String URL = "https?://[^/\\s@?#]+/?";
    static final String HOSTS = "[^\\s,:]+:[0-9]{1,5}(,[^\\s,:]+:[0-9]{1,5})*";
    static final String SWITCH = "true|false";
    static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
    static final String COLUMN = "(min|max|mean|stddev|median|iqr|outliers|p95|p99|p999|ops)";
    static final String LIMIT = "(min|max|mean|median|p95|p99):[0-9]{1,4}(\\.[0-9]+)?%";
  }
}
