package io.nodebridge.bench.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodebridge.bench.benchmark.Benchmark;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BreaksTest {
  @Test
  void everyBenchmarkIsTurnedRedByABreak() throws Exception {
    List<String> reds =
        breaks().stream().flatMap(b -> b.reds().stream()).map(Break.Place::benchmark).toList();

    assertThat(names()).hasSizeGreaterThan(20).isSubsetOf(reds);
    assertThat(reds).isSubsetOf(names());
  }

  @Test
  void whatABreakMakesABenchmarkFindIsCheckedByABenchmark() throws Exception {
    assertThat(breaks().stream().flatMap(b -> b.found().stream()).map(Break.Place::benchmark))
        .isNotEmpty()
        .isSubsetOf(names());
  }

  @Test
  void everyBreakChangesFilesThatExist() throws IOException {
    for (Break broken : breaks()) {
      assertThat(broken.files()).as(broken.name()).isNotEmpty();
      assertThat(broken.files())
          .allSatisfy(file -> assertThat(Path.of("..", file)).isRegularFile());
    }
  }

  @Test
  void theBreaksOfAFolderApplyTogetherAndAMutantAlone() throws Exception {
    assumeTrue(Files.exists(Path.of("../.git")), "git apply works in a checkout");
    Map<Path, List<Path>> together = new TreeMap<>();
    for (Path patch : patches()) {
      Path group = Break.read(patch).caughtBy().isEmpty() ? patch.getParent() : patch;
      together.computeIfAbsent(group, _ -> new ArrayList<>()).add(patch);
    }
    for (Map.Entry<Path, List<Path>> group : together.entrySet()) {
      assertThat(refused(group.getValue())).as("git apply %s", group.getKey()).isEmpty();
    }
  }

  // What git says, in the project's root.
  private static String refused(List<Path> patches) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "apply", "--check"));
    patches.forEach(patch -> command.add(patch.toAbsolutePath().toString()));
    Process git =
        new ProcessBuilder(command).directory(new File("..")).redirectErrorStream(true).start();
    return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void everyMutantNamesATestThatExists() throws IOException {
    Path tests = Path.of("../system-tests/src/test/java/io/nodebridge/systemtests");
    for (String test : breaks().stream().flatMap(b -> b.caughtBy().stream()).toList()) {
      String[] classAndMethod = test.split("#", -1);
      assertThat(Files.readString(tests.resolve(classAndMethod[0] + ".java")))
          .contains(" void " + classAndMethod[1] + "(");
    }
  }

  private static List<Break> breaks() throws IOException {
    List<Break> breaks = new ArrayList<>();
    for (Path patch : patches()) {
      breaks.add(Break.read(patch));
    }
    return breaks;
  }

  private static List<Path> patches() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("breaks"))) {
      return files.filter(file -> file.toString().endsWith(".patch")).sorted().toList();
    }
  }

  // What every class of benchmarks makes, by its constructor or its factories.
  private static List<String> names() throws Exception {
    List<String> names = new ArrayList<>();
    for (Class<?> type : benchmarkClasses()) {
      for (Constructor<?> made : type.getConstructors()) {
        names.add(((Benchmark) made.newInstance()).spec().name());
      }
      for (Method made : type.getMethods()) {
        if (Modifier.isStatic(made.getModifiers()) && made.getReturnType() == type) {
          names.add(((Benchmark) made.invoke(null)).spec().name());
        }
      }
    }
    return names;
  }

  private static List<Class<?>> benchmarkClasses()
      throws IOException, URISyntaxException, ClassNotFoundException {
    List<Class<?>> found = new ArrayList<>();
    Path folder = Path.of(Benchmark.class.getResource("Benchmark.class").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = Class.forName(Benchmark.class.getPackageName() + "." + name);
        if (Benchmark.class.isAssignableFrom(type) && !type.isInterface()) {
          found.add(type);
        }
      }
    }
    return found;
  }
}
