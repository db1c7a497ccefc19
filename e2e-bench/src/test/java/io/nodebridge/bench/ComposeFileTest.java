package io.nodebridge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.introspection.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What `docker/compose.yaml` promises; composes judge its syntax themselves.
class ComposeFileTest {
  private static final Path ROOT = Path.of("..");
  private static final Path FILE = ROOT.resolve("docker/compose.yaml");
  private static final Set<String> OURS =
      Set.of("orchestrator", "reducer", "registry", "stamping", "insight");
  private static final Pattern VARIABLE =
      Pattern.compile("(?<!\\$)\\$\\{([A-Z_]+)(?::-([^}]*)|:\\?[^}]*)?}");
  private static final Pattern PORT =
      Pattern.compile("127\\.0\\.0\\.1:\\$\\{([A-Z]+_PORT):-(\\d+)}:(\\d+)");

  @Test
  void itsServicesAndProfilesAreThese() throws IOException {
    Map<?, ?> file = file();

    // 1.29 refuses a top-level name.
    assertThat(names(file).stream().filter(name -> !name.startsWith("x-")))
        .containsExactlyInAnyOrder("services", "volumes");
    Map<String, Set<String>> byProfile = new TreeMap<>();
    services()
        .forEach(
            (name, service) -> {
              List<?> profiles =
                  (List<?>) Objects.requireNonNullElse(service.get("profiles"), List.of(""));
              profiles.forEach(
                  profile ->
                      byProfile.computeIfAbsent("" + profile, _ -> new TreeSet<>()).add(name));
            });
    Set<String> always = new TreeSet<>(OURS);
    always.addAll(Set.of("kafka", "postgres"));
    assertThat(byProfile)
        .isEqualTo(
            Map.of(
                "", always,
                "scale", Set.of("orchestrator-2", "reducer-2"),
                "observability", Set.of("prometheus", "grafana"),
                "bench", Set.of("bench")));
  }

  @Test
  void everyPortIsOnLoopbackAndFromTheEnvironment() throws IOException {
    Map<String, String> environment = environment();
    services()
        .forEach(
            (name, service) -> {
              List<?> ports = (List<?>) Objects.requireNonNullElse(service.get("ports"), List.of());
              assertThat(ports)
                  .as(name)
                  .allSatisfy(
                      port -> {
                        var parts = PORT.matcher("" + port);
                        assertThat(parts.matches()).as("" + port).isTrue();
                        assertThat(parts.group(2)).isEqualTo(parts.group(3));
                        assertThat(environment).containsEntry(parts.group(1), parts.group(2));
                      });
            });
  }

  @Test
  void itsVariablesAreThoseOfItsEnvironmentWithTheSameDefaults() throws IOException {
    Map<String, String> environment = environment();
    Set<String> used = new TreeSet<>();
    VARIABLE
        .matcher(Files.readString(FILE))
        .results()
        .forEach(
            variable -> {
              used.add(variable.group(1));
              if (variable.group(2) != null) {
                assertThat(environment).containsEntry(variable.group(1), variable.group(2));
              }
            });
    Set<String> named = new TreeSet<>(environment.keySet());
    named.remove("COMPOSE_PROJECT_NAME");
    assertThat(used).isEqualTo(named);
  }

  @Test
  void itsServicesAreConfinedAndTheirSettingsExist() throws IOException {
    Set<String> settings =
        Stream.of(Setting.values()).map(Setting::name).collect(Collectors.toSet());
    services()
        .forEach(
            (name, service) -> {
              assertThat(service.get("mem_limit")).as(name).isNotNull();
              boolean ours = OURS.contains(name.replace("-2", ""));
              if (ours || name.equals("bench")) {
                assertThat(service.get("read_only")).as(name).isEqualTo(true);
                assertThat(service.get("cap_drop")).as(name).isEqualTo(List.of("ALL"));
                assertThat("" + service.get("image"))
                    .as(name)
                    .contains("mvn package -DskipTests && docker/build.sh");
              }
              if (ours) {
                assertThat(settings).as(name).containsAll(names(map(service.get("environment"))));
              }
            });
  }

  @Test
  void whatItMountsExistsAndTheRootHasALinkToIt() throws IOException {
    assertThat(ROOT.resolve("compose.yaml").toRealPath()).isEqualTo(FILE.toRealPath());
    Set<String> named = Set.copyOf(names(map(file().get("volumes"))));
    services()
        .forEach(
            (name, service) -> {
              List<?> volumes =
                  (List<?>) Objects.requireNonNullElse(service.get("volumes"), List.of());
              assertThat(volumes)
                  .as(name)
                  .allSatisfy(
                      volume -> {
                        String from = volume.toString().split(":", 2)[0];
                        assertThat(named.contains(from) || Files.exists(ROOT.resolve(from)))
                            .as(from)
                            .isTrue();
                      });
            });
  }

  private static Map<?, ?> file() throws IOException {
    return map(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(FILE)));
  }

  private static Map<String, Map<?, ?>> services() throws IOException {
    Map<String, Map<?, ?>> services = new TreeMap<>();
    map(file().get("services"))
        .forEach((name, service) -> services.put("" + name, merged(map(service))));
    return services;
  }

  // A key of YAML 1.1 that this reader leaves as it is.
  private static Map<?, ?> merged(Map<?, ?> map) {
    Map<Object, Object> all = new HashMap<>();
    if (map.get("<<") instanceof Map<?, ?> base) {
      all.putAll(merged(base));
    }
    map.forEach(
        (key, value) -> all.put(key, value instanceof Map<?, ?> inner ? merged(inner) : value));
    all.remove("<<");
    return all;
  }

  private static Map<String, String> environment() throws IOException {
    return Files.readString(ROOT.resolve("docker/env"))
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split("=", 2))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }

  private static Map<?, ?> map(@Nullable Object value) {
    assertThat(value).isInstanceOf(Map.class);
    return (Map<?, ?>) Objects.requireNonNull(value);
  }

  private static List<String> names(Map<?, ?> map) {
    return map.keySet().stream().map(String::valueOf).toList();
  }
}
