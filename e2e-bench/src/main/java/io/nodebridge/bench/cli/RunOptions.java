package io.nodebridge.bench.cli;

import io.nodebridge.bench.options.Option;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// The options of a run as `--key=value`.
final class RunOptions {
  private RunOptions() {}

  /// Adds some of them to a command.
  static CommandLine with(CommandLine command, Option... options) {
    Arrays.stream(options).forEach(option -> command.getCommandSpec().addOption(spec(option)));
    return command;
  }

  private static OptionSpec spec(Option option) {
    String shown = option.fallback().isEmpty() ? "" : " (" + option.fallback() + ")";
    return OptionSpec.builder("--" + option.key())
        .type(String.class)
        .arity(option.alone() ? "0..1" : "1")
        .fallbackValue("true")
        .paramLabel("VALUE")
        // A rule is text, not a format.
        .description((option.rule() + shown).replace("%", "%%"))
        .build();
  }

  /// Those that were given.
  static Map<Option, String> given(ParseResult parsed) {
    Map<Option, String> given = new EnumMap<>(Option.class);
    for (Option option : Option.values()) {
      String name = "--" + option.key();
      if (parsed.hasMatchedOption(name)) {
        given.put(option, parsed.matchedOptionValue(name, ""));
      }
    }
    return given;
  }
}
