package io.nodebridge.orchestrator.define;

import io.nodebridge.introspection.config.ConfigurationException;
import io.nodebridge.orchestrator.decide.Catalogue;
import io.nodebridge.orchestrator.decide.Definition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The definitions that this orchestrator knows. Versions of one name stand side by side: a new
/// workflow takes the highest, a running one keeps the one that it began with.
public final class Definitions implements Catalogue {
  private static final List<String> SHIPPED = List.of("stamping", "local", "fan-out");

  private static final int MAX_FILE_BYTES = 256 * 1024;

  private final Map<String, NavigableMap<Integer, Definition>> byName;

  private Definitions(Map<String, NavigableMap<Integer, Definition>> byName) {
    this.byName = byName;
  }

  /// The shipped ones, and those of a folder.
  ///
  /// @param folder every `*.yaml` and `*.yml` in it is read; null for none
  /// @throws ConfigurationException with every problem of every file
  public static Definitions load(@Nullable Path folder) {
    Map<String, String> texts = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    for (String name : SHIPPED) {
      texts.put("(shipped) " + name + ".yaml", shipped(name));
    }
    if (folder != null) {
      readFolder(folder, texts, problems);
    }
    Map<String, NavigableMap<Integer, Definition>> byName = new HashMap<>();
    Map<Definition, String> files = new HashMap<>();
    texts.forEach(
        (file, text) -> {
          List<String> wrong = new ArrayList<>();
          Definition definition = DefinitionReader.read(file, text, wrong);
          problems.addAll(wrong);
          if (definition != null) {
            files.put(definition, file);
            Definition other =
                byName
                    .computeIfAbsent(definition.name(), _ -> new TreeMap<>())
                    .putIfAbsent(definition.version(), definition);
            if (other != null) {
              problems.add(
                  "%s: %s is in %s already: give it another version"
                      .formatted(file, definition, files.get(other)));
            }
          }
        });
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new Definitions(byName);
  }

  @Override
  public @Nullable Definition latest(String name) {
    NavigableMap<Integer, Definition> versions = byName.get(name);
    return versions == null ? null : versions.lastEntry().getValue();
  }

  @Override
  public @Nullable Definition exact(String name, int version) {
    NavigableMap<Integer, Definition> versions = byName.get(name);
    return versions == null ? null : versions.get(version);
  }

  @Override
  public List<String> names() {
    return byName.keySet().stream().sorted().toList();
  }

  private static String shipped(String name) {
    try (InputStream in = Definitions.class.getResourceAsStream("/definitions/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("definition " + name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("definition " + name + " cannot be read", e);
    }
  }

  private static void readFolder(Path folder, Map<String, String> texts, List<String> problems) {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.sorted().toList();
    } catch (IOException e) {
      problems.add(
          "NODEBRIDGE_DEFINITIONS: \"%s\" cannot be read as a folder of YAML files: %s"
              .formatted(folder, e));
      return;
    }
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      if (name.endsWith(".yaml") || name.endsWith(".yml")) {
        readFile(file, texts, problems);
      }
    }
  }

  private static void readFile(Path file, Map<String, String> texts, List<String> problems) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        problems.add(file + ": must not exceed " + MAX_FILE_BYTES + " bytes");
        return;
      }
      texts.put(
          file.toString(),
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      problems.add(file + ": is not UTF-8: " + e.getMessage());
    } catch (IOException e) {
      problems.add(file + ": cannot be read: " + e);
    }
  }
}
