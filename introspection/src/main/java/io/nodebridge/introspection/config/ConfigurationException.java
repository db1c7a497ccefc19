package io.nodebridge.introspection.config;

import java.util.List;

/// Every problem of a configuration at once: key, value, rule, example.
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ConfigurationException(List<String> problems) {
    super(
        "the configuration has "
            + problems.size()
            + " problem(s):\n  "
            + String.join("\n  ", problems));
  }
}
