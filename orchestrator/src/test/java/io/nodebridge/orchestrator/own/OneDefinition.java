package io.nodebridge.orchestrator.own;

import io.nodebridge.orchestrator.decide.Catalogue;
import io.nodebridge.orchestrator.decide.Definition;
import java.util.List;

/// Knows one definition, under any name and version.
record OneDefinition(Definition definition) implements Catalogue {
  @Override
  public Definition latest(String name) {
    return definition;
  }

  @Override
  public Definition exact(String name, int version) {
    return definition;
  }

  @Override
  public List<String> names() {
    return List.of(definition.name());
  }
}
