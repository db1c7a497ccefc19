package io.nodebridge.bench.cli;

import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/// How results are printed.
final class Output {
  /// For reading, or for programs.
  enum Form {
    text,
    json
  }

  @Option(
      names = {"-o", "--output"},
      description = "text or json")
  private Form form = Form.text;

  boolean json() {
    return form == Form.json;
  }

  void print(byte[] json) {
    System.out.println(new String(json, StandardCharsets.UTF_8));
  }
}
