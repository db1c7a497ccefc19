package io.nodebridge.bench.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// The options of one run: what was given, else what `bench.yaml` says, else the default.
public final class Options {
  private static final List<Option> ADDRESSES =
      List.of(Option.ORCHESTRATOR_URL, Option.REDUCER_URL, Option.REGISTRY_URL, Option.KAFKA);
  private static final List<Option> MEASURING =
      List.of(
          Option.ROUNDS,
          Option.MIN_ROUNDS,
          Option.CALIBRATE,
          Option.ITERATIONS,
          Option.WARMUP,
          Option.DISABLE_GC,
          Option.SOAK_WORKFLOWS,
          Option.SOAK_EVENTS,
          Option.COST_NODES);

  private final Map<Option, String> values;

  private Options(Map<Option, String> values) {
    this.values = values;
  }

  /// Reads the file, and puts what is given above it.
  ///
  /// @param file `bench.yaml`
  /// @param given by option, above the file
  /// @throws IllegalArgumentException listing every unknown key and every value that breaks its
  ///   rule
  public static Options read(Path file, Map<Option, String> given) throws IOException {
    List<String> problems = new ArrayList<>();
    Map<Option, String> values = new EnumMap<>(Option.class);
    document(file)
        .forEach(
            (key, value) -> {
              Optional<Option> option = Option.ofKey(key);
              option.ifPresentOrElse(
                  known -> put(known, value, file + ": " + key, values, problems),
                  () -> problems.add(file + ": " + key + " is no option; known: " + Option.keys()));
            });
    given.forEach((option, value) -> put(option, value, option.key(), values, problems));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n  ", problems));
    }
    return new Options(values);
  }

  /// What `-Dbench.*` and `-Dstack` give.
  ///
  /// @throws IllegalArgumentException for a property that begins with `bench.` and is none
  public static Map<Option, String> given(Properties properties) {
    Map<Option, String> given = new EnumMap<>(Option.class);
    for (String property : new TreeSet<>(properties.stringPropertyNames())) {
      if (property.startsWith("bench.") || property.equals("stack")) {
        Option option =
            Option.ofProperty(property)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "-D" + property + " is no option; known: " + Option.keys()));
        String value = properties.getProperty(property);
        given.put(option, value.isEmpty() && option.alone() ? "true" : value);
      }
    }
    return given;
  }

  private static void put(
      Option option,
      String value,
      String where,
      Map<Option, String> values,
      List<String> problems) {
    if (option.allows(value)) {
      values.put(option, value);
    } else {
      problems.add(where + " is \"" + value + "\": must be " + option.rule());
    }
  }

  private static Map<String, String> document(Path file) throws IOException {
    Object document;
    try {
      document = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(file + " is no YAML: " + e.getMessage(), e);
    }
    Map<String, String> keys = new LinkedHashMap<>();
    if (document instanceof Map<?, ?> map) {
      map.forEach((key, value) -> keys.put(String.valueOf(key), String.valueOf(value)));
    } else if (document != null) {
      throw new IllegalArgumentException(file + " must be keys with values");
    }
    return keys;
  }

  public String text(Option option) {
    return values.getOrDefault(option, option.fallback());
  }

  public boolean on(Option option) {
    return text(option).equals("true");
  }

  public int count(Option option) {
    return Integer.parseInt(text(option));
  }

  /// What besides the profile makes figures what they are; those that differ in it are not
  /// compared.
  public String measuring() {
    return Stream.concat(external(), MEASURING.stream())
        .filter(option -> !text(option).isEmpty())
        .filter(option -> option != Option.ITERATIONS || !on(Option.CALIBRATE))
        .map(option -> option.key() + " " + text(option))
        .collect(Collectors.joining(", "));
  }

  /// The properties by which a build finds the same stack; none if it starts its own.
  public String addresses() {
    return external()
        .filter(option -> !text(option).equals(option.fallback()))
        .map(option -> " -D" + option.property() + "=" + text(option))
        .collect(Collectors.joining());
  }

  private Stream<Option> external() {
    return text(Option.STACK).equals("external") ? ADDRESSES.stream() : Stream.of();
  }

  /// A count whose default is the benchmark's own.
  public int count(Option option, int fallback) {
    return text(option).isEmpty() ? fallback : count(option);
  }
}
