package io.nodebridge.orchestrator.define;

import io.nodebridge.events.id.ContentHash;
import io.nodebridge.orchestrator.decide.Condition;
import io.nodebridge.orchestrator.decide.Definition;
import io.nodebridge.orchestrator.decide.Step;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Reads one definition and gathers all that is wrong with it: file, line, rule, and what would be
/// right.
final class DefinitionReader {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
  private static final Pattern CAPABILITY = Pattern.compile("[a-z0-9]+(\\.[a-z0-9-]+)+");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration STEP_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration WORKFLOW_TIMEOUT = Duration.ofSeconds(30);
  private static final int MOST_ATTEMPTS = 20;
  private static final int MAX_DEPTH = 16;
  private static final LoadSettings SETTINGS = LoadSettings.builder().build();
  private static final Set<String> FIELDS = Set.of("name", "version", "timeout", "steps");
  private static final Set<String> STEP_FIELDS =
      Set.of("run", "call", "needs", "when", "timeout", "attempts", "onFailure");

  private final String file;
  private final List<String> problems;

  private DefinitionReader(String file, List<String> problems) {
    this.file = file;
    this.problems = problems;
  }

  /// Reads a file's text.
  ///
  /// @param problems where to put what is wrong with it
  /// @return null if anything is
  static @Nullable Definition read(String file, String text, List<String> problems) {
    int before = problems.size();
    DefinitionReader reader = new DefinitionReader(file, problems);
    Definition definition = null;
    try {
      if (reader.shallow(text)) {
        Node root = new Compose(SETTINGS).composeString(text).orElse(null);
        if (root == null) {
          problems.add(file + ": is empty: must be a definition with name, version and steps");
        } else {
          String hash = ContentHash.of(text.getBytes(StandardCharsets.UTF_8));
          definition = reader.definition(root, hash);
        }
      }
    } catch (MarkedYamlEngineException e) {
      problems.add(file + lineOf(e.getProblemMark()) + ": is not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      problems.add(file + ": is not YAML: " + e.getMessage());
    }
    return problems.size() == before ? definition : null;
  }

  // Composing recurses without a bound; parsing does not.
  private boolean shallow(String text) {
    int depth = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
        problems.add(
            "%s%s: must not be nested deeper than %d levels"
                .formatted(file, lineOf(event.getStartMark()), MAX_DEPTH));
        return false;
      }
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
    }
    return true;
  }

  private @Nullable Definition definition(Node root, String hash) {
    Map<String, Node> fields = mapping(root, "a definition", FIELDS);
    String name = text(fields, "name", root, NAME);
    int version = number(fields, "version", 1, Integer.MAX_VALUE, root);
    Duration timeout = duration(fields, "timeout", WORKFLOW_TIMEOUT);
    Node written = fields.get("steps");
    if (written == null) {
      problem(root, "steps", "nothing", "is required: at least one step");
      return null;
    }
    Map<String, Node> nodes = mapping(written, "steps", null);
    if (nodes.isEmpty() || nodes.size() > Definition.MAX_STEPS) {
      problem(written, "steps", nodes.size() + " steps", "must be 1 to " + Definition.MAX_STEPS);
    }
    Map<String, Step> steps = new LinkedHashMap<>();
    nodes.forEach((step, node) -> steps.put(step, step(step, node)));
    checkReferences(steps, nodes);
    List<Step> ordered = ordered(steps, nodes);
    return problems.isEmpty() && name != null && !ordered.isEmpty()
        ? new Definition(name, version, hash, timeout, ordered)
        : null;
  }

  private Step step(String name, Node node) {
    if (!NAME.matcher(name).matches()) {
      problem(node, "step", name, "must match " + NAME.pattern());
    }
    Map<String, Node> fields = mapping(node, "step " + name, STEP_FIELDS);
    if (fields.containsKey("run") == fields.containsKey("call")) {
      problem(node, "step " + name, "both or neither", "must have one of run and call");
    }
    Step.Work work;
    if (fields.containsKey("call")) {
      String capability = text(fields, "call", node, CAPABILITY);
      work = new Step.Work.Call(capability == null ? "" : capability);
    } else {
      work = choice(fields, "run", Step.Work.BuiltIn.values(), Step.Work.BuiltIn.VALIDATE);
      for (String remoteOnly : List.of("timeout", "attempts", "onFailure")) {
        if (fields.containsKey(remoteOnly)) {
          problem(
              fields.get(remoteOnly), remoteOnly, "on " + name, "is for steps with call, not run");
        }
      }
    }
    return new Step(
        name,
        work,
        names(fields.get("needs")),
        condition(fields.get("when")),
        duration(fields, "timeout", STEP_TIMEOUT),
        fields.containsKey("attempts") ? number(fields, "attempts", 1, MOST_ATTEMPTS, node) : 1,
        choice(fields, "onFailure", Step.OnFailure.values(), Step.OnFailure.FAIL));
  }

  private List<String> names(@Nullable Node node) {
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      problem(node, "needs", shown(node), "must be a list of steps: [validate, hash]");
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (Node element : sequence.getValue()) {
      if (element instanceof ScalarNode scalar) {
        names.add(scalar.getValue());
      } else {
        problem(element, "needs", shown(element), "must be a step's name");
      }
    }
    return names;
  }

  private @Nullable Condition condition(@Nullable Node node) {
    if (node == null) {
      return null;
    }
    try {
      return Condition.parse(shown(node));
    } catch (IllegalArgumentException e) {
      problem(node, "when", shown(node), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void checkReferences(Map<String, Step> steps, Map<String, Node> nodes) {
    steps.forEach(
        (name, step) -> {
          for (String need : step.needs()) {
            if (!steps.containsKey(need)) {
              problem(
                  nodes.get(name),
                  "needs",
                  need,
                  "must be one of " + new TreeSet<>(steps.keySet()));
            }
          }
          Condition when = step.when();
          if (when != null && when.path().getFirst().equals("steps")) {
            String asked = when.path().get(1);
            if (!before(name, steps).contains(asked)) {
              problem(
                  nodes.get(name), "when", "steps." + asked, "must be a step that this one needs");
            }
          }
        });
  }

  // Every step that must have ended before the named one begins.
  private static Set<String> before(String name, Map<String, Step> steps) {
    Set<String> before = new HashSet<>();
    List<String> open = new ArrayList<>(List.of(name));
    while (!open.isEmpty()) {
      Step step = steps.get(open.removeLast());
      if (step != null) {
        step.needs().stream().filter(before::add).forEach(open::add);
      }
    }
    return before;
  }

  // In the order of the text as far as needs allow; what remains stands in a circle.
  private List<Step> ordered(Map<String, Step> steps, Map<String, Node> nodes) {
    List<Step> ordered = new ArrayList<>();
    Set<String> placed = new HashSet<>();
    Map<String, Step> left = new LinkedHashMap<>(steps);
    boolean moved = true;
    while (moved) {
      moved =
          left.values()
              .removeIf(
                  step -> {
                    boolean fits =
                        step.needs().stream()
                            .allMatch(need -> placed.contains(need) || !steps.containsKey(need));
                    if (fits) {
                      ordered.add(step);
                      placed.add(step.name());
                    }
                    return fits;
                  });
    }
    left.keySet().removeIf(name -> !before(name, steps).contains(name));
    if (!left.isEmpty()) {
      String first = left.keySet().iterator().next();
      problem(
          nodes.get(first),
          "needs",
          String.join(", ", left.keySet()),
          "must not need each other in a circle");
    }
    return ordered;
  }

  private Map<String, Node> mapping(Node node, String what, @Nullable Set<String> known) {
    Map<String, Node> fields = new LinkedHashMap<>();
    if (!(node instanceof MappingNode mapping)) {
      problem(node, what, shown(node), "must be a mapping: name: value");
      return fields;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      String name = shown(tuple.getKeyNode());
      if (known != null && !known.contains(name)) {
        problem(tuple.getKeyNode(), what, name, "must be one of " + new TreeSet<>(known));
      } else if (fields.putIfAbsent(name, tuple.getValueNode()) != null) {
        problem(tuple.getKeyNode(), what, name, "must not stand there twice");
      }
    }
    return fields;
  }

  private @Nullable String text(Map<String, Node> fields, String field, Node parent, Pattern rule) {
    Node node = fields.get(field);
    if (node == null) {
      problem(parent, field, "nothing", "is required: must match " + rule.pattern());
      return null;
    }
    if (!rule.matcher(shown(node)).matches()) {
      problem(node, field, shown(node), "must match " + rule.pattern());
    }
    return shown(node);
  }

  private int number(Map<String, Node> fields, String field, int from, int to, Node parent) {
    Node node = fields.get(field);
    try {
      int number = node == null ? from - 1 : Integer.parseInt(shown(node));
      if (number >= from && number <= to) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    problem(
        node == null ? parent : node,
        field,
        node == null ? "nothing" : shown(node),
        "must be a whole number from " + from + " to " + to);
    return from;
  }

  private Duration duration(Map<String, Node> fields, String field, Duration otherwise) {
    Node node = fields.get(field);
    if (node == null) {
      return otherwise;
    }
    Matcher parts = DURATION.matcher(shown(node));
    if (parts.matches()) {
      long count = Long.parseLong(parts.group(1));
      Duration duration =
          switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            default -> Duration.ofMinutes(count);
          };
      if (duration.isPositive() && duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
    }
    problem(node, field, shown(node), "must be like 250ms, 5s or 2m, above 0 and at most 60m");
    return otherwise;
  }

  private <E extends Enum<E>> E choice(
      Map<String, Node> fields, String field, E[] choices, E otherwise) {
    Node node = fields.get(field);
    if (node == null) {
      return otherwise;
    }
    Function<E, String> word = choice -> choice.name().toLowerCase(Locale.ROOT);
    Set<String> words = new TreeSet<>();
    for (E choice : choices) {
      words.add(word.apply(choice));
      if (word.apply(choice).equals(shown(node))) {
        return choice;
      }
    }
    problem(node, field, shown(node), "must be one of " + words);
    return otherwise;
  }

  private static String shown(Node node) {
    return node instanceof ScalarNode scalar
        ? scalar.getValue()
        : "a " + node.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  private void problem(@Nullable Node at, String field, String value, String rule) {
    String line = at == null ? "" : lineOf(at.getStartMark());
    problems.add("%s%s: %s: \"%s\" %s".formatted(file, line, field, value, rule));
  }

  private static String lineOf(Optional<Mark> mark) {
    return mark.map(at -> ":" + (at.getLine() + 1)).orElse("");
  }
}
