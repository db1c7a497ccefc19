package io.nodebridge.bench.compare;

import io.nodebridge.bench.options.Option;
import io.nodebridge.bench.report.Results;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The runs that were kept in a folder, each in a file: `baselines/NAME.json` by name, and the last
/// ones of all under `kept`.
public final class Baselines {
  private static final JsonCodec<Baseline> CODEC = JsonCodec.of(Baseline.class);
  private static final int KEPT = 20;
  // Sorts by time.
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

  private final Path named;
  private final Path kept;
  private final Clock clock;

  public Baselines(Path storage, Clock clock) {
    this.named = storage.resolve("baselines");
    this.kept = storage.resolve("kept");
    this.clock = clock;
  }

  /// Keeps what passed under a name; one that is there is replaced.
  ///
  /// @throws IllegalArgumentException if nothing passed
  public Baseline save(String name, Results run) throws IOException {
    requireName(name);
    Baseline baseline = Baseline.of(name, clock.instant(), run);
    write(named.resolve(name + ".json"), baseline);
    return baseline;
  }

  /// Keeps what passed without a name, and forgets the oldest beyond 20.
  ///
  /// @throws IllegalArgumentException if nothing passed
  public void keep(Results run) throws IOException {
    Instant now = clock.instant();
    String name = "kept-" + STAMP.format(now);
    write(kept.resolve(name + ".json"), Baseline.of(name, now, run));
    List<Path> files = files(kept);
    for (Path old : files.subList(0, Math.max(0, files.size() - KEPT))) {
      Files.delete(old);
    }
  }

  /// By name; the name of a kept run will do.
  ///
  /// @throws IllegalArgumentException if it is missing or damaged
  public Baseline load(String name) throws IOException {
    requireName(name);
    for (Path folder : List.of(named, kept)) {
      if (Files.exists(folder.resolve(name + ".json"))) {
        return read(folder.resolve(name + ".json"));
      }
    }
    throw new IllegalArgumentException(
        "baseline \"%s\" is not there; %s"
            .formatted(
                name,
                names().isEmpty()
                    ? "none was saved yet: ./bench baseline save " + name
                    : "there are: " + String.join(", ", names())));
  }

  /// The run that was kept last and is not this one.
  ///
  /// @throws IllegalArgumentException if there is none, or the last is damaged
  public Baseline lastBefore(Results run) throws IOException {
    for (Path file : files(kept).reversed()) {
      Baseline last = read(file);
      if (!last.isOf(run)) {
        return last;
      }
    }
    throw new IllegalArgumentException("no earlier run was kept to compare with");
  }

  /// The run that was kept last.
  ///
  /// @throws IllegalArgumentException if none was kept, or the last is damaged
  public Baseline last() throws IOException {
    List<Path> files = files(kept);
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no run was kept yet to compare with");
    }
    return read(files.getLast());
  }

  /// Deletes one that was saved by name.
  ///
  /// @throws IllegalArgumentException if it is missing
  public void delete(String name) throws IOException {
    requireName(name);
    if (!Files.deleteIfExists(named.resolve(name + ".json"))) {
      throw new IllegalArgumentException("baseline \"" + name + "\" is not there");
    }
  }

  /// Those saved by name, then those kept, each in order.
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path folder : List.of(named, kept)) {
      files(folder).forEach(file -> names.add(nameOf(file)));
    }
    return names;
  }

  // A name is a file's, and "true" is what a comparison without one is called.
  private static void requireName(String name) {
    if (!Option.SAVE.allows(name) || name.isEmpty() || name.equals("true")) {
      throw new IllegalArgumentException(
          "baseline is \"" + name + "\": must be letters, digits, dots, dashes and underscores");
    }
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString().replaceFirst("\\.json$", "");
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static Baseline read(Path file) throws IOException {
    Baseline baseline;
    try {
      baseline = CODEC.decode(Files.readAllBytes(file));
    } catch (InvalidMessageException e) {
      throw damaged(file, e.getMessage());
    }
    if (baseline.results() == null || !baseline.results().readable()) {
      throw damaged(file, "no results of schema 1 to " + Results.SCHEMA);
    }
    boolean whole =
        baseline.results().benchmarks().stream()
            .allMatch(b -> b.stats() != null && b.stats().min() > 0);
    if (!whole || !Objects.equals(baseline.name(), nameOf(file))) {
      throw damaged(file, whole ? "it is of " + baseline.name() : "a benchmark has no time");
    }
    return baseline;
  }

  private static IllegalArgumentException damaged(Path file, @Nullable String why) {
    return new IllegalArgumentException(
        "baseline \"%s\" is damaged (%s): %s; delete it or save it anew"
            .formatted(nameOf(file), why, file));
  }

  // Whole or not at all.
  private static void write(Path file, Baseline baseline) throws IOException {
    Files.createDirectories(file.getParent());
    Path unfinished = Files.createTempFile(file.getParent(), "unfinished", "");
    Files.write(unfinished, CODEC.encode(baseline));
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
