package io.nodebridge.orchestrator.decide;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A step's `when:`: `path`, `path == literal` or `path != literal`. A bare path holds if something
/// is there that is not false. Paths begin with `input` or with `steps.<name>`.
public sealed interface Condition {

  /// The path leads to something, and that is not false.
  record Present(List<String> path) implements Condition {
    public Present {
      path = List.copyOf(path);
    }
  }

  /// What the path leads to equals the literal, or does not.
  ///
  /// @param literal text, number or boolean
  record Equals(List<String> path, Object literal, boolean equal) implements Condition {
    public Equals {
      path = List.copyOf(path);
    }
  }

  List<String> path();

  /// Whether it holds.
  ///
  /// @param root holds `input` and `steps`
  default boolean holds(Map<String, ?> root) {
    Object value = root;
    for (String name : path()) {
      value = value instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return switch (this) {
      case Present _ -> value != null && !Boolean.FALSE.equals(value);
      case Equals compared -> same(value, compared.literal()) == compared.equal();
    };
  }

  private static boolean same(@Nullable Object value, Object literal) {
    if (value instanceof Number number && literal instanceof BigDecimal wanted) {
      return new BigDecimal(number.toString()).compareTo(wanted) == 0;
    }
    return literal.equals(value);
  }

  /// Reads a condition.
  ///
  /// @throws IllegalArgumentException saying what it must look like
  static Condition parse(String text) {
    Matcher parts = Grammar.CONDITION.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "must be path, path == literal or path != literal; a path begins with input. or steps.");
    }
    List<String> path = List.of(parts.group("path").split("\\."));
    String operator = parts.group("operator");
    return operator == null
        ? new Present(path)
        : new Equals(path, literal(parts.group("literal")), operator.equals("=="));
  }

  private static Object literal(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    char first = text.charAt(0);
    return first == '"' || first == '\''
        ? text.substring(1, text.length() - 1)
        : new BigDecimal(text);
  }

  /// Kept apart, because an interface has no private constants.
  final class Grammar {
    private static final Pattern CONDITION =
        Pattern.compile(
            "(?<path>(?:input|steps)(?:\\.[A-Za-z0-9_-]+)+)"
                + "(?:\\s*(?<operator>==|!=)\\s*"
                + "(?<literal>\"[^\"]*\"|'[^']*'|true|false|-?[0-9]+(?:\\.[0-9]+)?))?");

    private Grammar() {}
  }
}
