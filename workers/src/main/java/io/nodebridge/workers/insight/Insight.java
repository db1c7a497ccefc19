package io.nodebridge.workers.insight;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What can be told from a content. The four parts lie between 0 and 1; confidence weighs them:
/// 0.35 data quality, 0.30 patterns, 0.20 coverage, 0.15 relationships.
///
/// @param analysis `text`, `binary` or `empty`
/// @param dataQuality the share of characters that belong into text
/// @param patterns how often words come again
/// @param coverage the share of what may describe a content that is there: type, path, metadata
/// @param relationships how much it refers to: five references or more are all
record Insight(
    String analysis,
    double dataQuality,
    double patterns,
    double coverage,
    double relationships,
    List<String> recommendations) {

  enum Level {
    HIGH,
    MEDIUM,
    LOW,
    MINIMAL
  }

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
  // Addresses, paths and identifiers. What stands before a slash or an at sign is tried from where
  // it begins only and is never given back, so that no text takes more than linear time.
  private static final Pattern REFERENCE =
      Pattern.compile(
          "\\b[a-z]++://\\S+"
              + "|(?<![\\w.-])[.-]*+\\w[\\w.-]*+/[\\w./-]+"
              + "|(?<![\\w.+-])[.+-]*+\\w[\\w.+-]*+@[\\w.-]+\\.\\w+");
  private static final int ALL_REFERENCES = 5;
  private static final String UNTYPED = "application/octet-stream";

  Insight {
    recommendations = List.copyOf(recommendations);
  }

  /// Analyses a content.
  ///
  /// @param input the step's whole input, for what describes the content
  static Insight of(byte[] content, Map<String, ?> input) {
    String text = textOf(content);
    double coverage = coverage(input);
    if (content.length == 0 || text == null) {
      return new Insight(
          content.length == 0 ? "empty" : "binary", 0, 0, coverage, 0, advice(0, coverage, 0));
    }
    double quality = quality(text);
    double relationships = relationships(text);
    return new Insight(
        "text",
        quality,
        patterns(text),
        coverage,
        relationships,
        advice(quality, coverage, relationships));
  }

  double confidence() {
    double weighed = 0.35 * dataQuality + 0.30 * patterns + 0.20 * coverage + 0.15 * relationships;
    return Math.round(weighed * 10_000) / 10_000.0;
  }

  Level level() {
    double confidence = confidence();
    if (confidence >= 0.8) {
      return Level.HIGH;
    }
    if (confidence >= 0.5) {
      return Level.MEDIUM;
    }
    return confidence >= 0.2 ? Level.LOW : Level.MINIMAL;
  }

  private static @Nullable String textOf(byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static double quality(String text) {
    long good =
        text.chars().filter(c -> !Character.isISOControl(c) || c == '\n' || c == '\t').count();
    return (double) good / text.length();
  }

  private static double patterns(String text) {
    Set<String> distinct = new HashSet<>();
    int words = 0;
    for (Matcher word = WORD.matcher(text); word.find(); words++) {
      distinct.add(word.group());
    }
    return words == 0 ? 0 : 1 - (double) distinct.size() / words;
  }

  private static double coverage(Map<String, ?> input) {
    int there =
        UNTYPED.equals(input.get("contentType")) || !input.containsKey("contentType") ? 0 : 1;
    there += input.containsKey("filePath") ? 1 : 0;
    there += input.get("metadata") instanceof Map<?, ?> metadata && !metadata.isEmpty() ? 1 : 0;
    return there / 3.0;
  }

  private static double relationships(String text) {
    long references = REFERENCE.matcher(text).results().limit(ALL_REFERENCES).count();
    return (double) references / ALL_REFERENCES;
  }

  private static List<String> advice(double quality, double coverage, double relationships) {
    List<String> advice = new ArrayList<>();
    if (quality < 0.9) {
      advice.add("send text without control characters, in UTF-8");
    }
    if (coverage < 1) {
      advice.add("describe the content by contentType, filePath and metadata");
    }
    if (relationships == 0) {
      advice.add("nothing in it refers to anything else");
    }
    return advice;
  }
}
