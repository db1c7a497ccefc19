package io.nodebridge.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The commands of a page with what it says that they show. A block that is fenced as `console` is
/// typed into one terminal, one that is fenced as `console first` into another.
record Guide(List<Step> steps) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```console( first)?\n(.*?)^```$");
  private static final Pattern HERE_DOCUMENT = Pattern.compile("<<'(\\w+)'$");
  private static final Pattern DIFFERENT_EACH_TIME =
      Pattern.compile("…|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9][0-9.,]* (µs|ms|s)\\b");
  private static final String PROMPT = "$ ";

  /// What is typed, and what is shown then.
  record Step(boolean first, String typed, List<String> shown) {
    static final String INTERRUPT = "^C";

    boolean interrupts() {
      return typed.equals(INTERRUPT);
    }

    /// Whether these lines show it: each line in its turn, others between them.
    boolean isShownBy(List<String> lines) {
      int next = 0;
      for (String line : shown) {
        Pattern expected = pattern(line);
        while (next < lines.size() && !expected.matcher(lines.get(next)).matches()) {
          next++;
        }
        if (next++ == lines.size()) {
          return false;
        }
      }
      return true;
    }
  }

  static Guide read(Path page) throws IOException {
    List<Step> steps = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(page));
    while (block.find()) {
      boolean first = block.group(1) != null;
      List<String> lines = block.group(2).lines().toList();
      for (int i = 0; i < lines.size(); ) {
        String typed = lines.get(i++);
        assertThat(typed.startsWith(PROMPT) || typed.equals(Step.INTERRUPT)).as(typed).isTrue();
        StringBuilder command = new StringBuilder(typed.replaceFirst("^\\$ ", ""));
        Matcher here = HERE_DOCUMENT.matcher(typed);
        if (here.find()) {
          do {
            command.append('\n').append(lines.get(i));
          } while (!lines.get(i++).equals(here.group(1)));
        }
        List<String> shown = new ArrayList<>();
        while (i < lines.size()
            && !lines.get(i).startsWith(PROMPT)
            && !lines.get(i).equals(Step.INTERRUPT)) {
          shown.add(lines.get(i++));
        }
        steps.add(new Step(first, command.toString(), shown));
      }
    }
    return new Guide(steps);
  }

  private static Pattern pattern(String line) {
    StringBuilder pattern = new StringBuilder();
    Matcher different = DIFFERENT_EACH_TIME.matcher(line);
    int end = 0;
    while (different.find()) {
      pattern.append(Pattern.quote(line.substring(end, different.start()))).append(".*");
      end = different.end();
    }
    return Pattern.compile(pattern.append(Pattern.quote(line.substring(end))).toString());
  }
}
