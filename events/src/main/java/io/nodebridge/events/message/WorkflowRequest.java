package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a client asks for: the body of `POST /v1/workflows` and the value of a request record.
///
/// Absent fields take their defaults here, so every reader sees one meaning.
@Json
public record WorkflowRequest(
    String definition,
    String namespace,
    @Nullable Content content,
    String contentType,
    @Nullable String filePath,
    Map<String, String> metadata,
    boolean intelligence) {

  /// Decoded content may not be larger, unless configured otherwise.
  public static final int DEFAULT_MAX_CONTENT_BYTES = 512 * 1024;

  // Both are stored and shown: no control characters, least of all the NUL that Postgres refuses.
  private static final Pattern DEFINITION = Pattern.compile("[A-Za-z0-9._-]{1,256}");
  private static final Pattern CONTENT_TYPE = Pattern.compile("[!-~][ -~]{0,255}");
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9-]{1,63}");

  // Absent JSON fields arrive as null whatever the component says; the analyser cannot know.
  @SuppressWarnings({"NullAway", "UnnecessaryNullCheck", "ConstantValue"})
  public WorkflowRequest {
    definition = definition == null ? "stamping" : definition;
    namespace = namespace == null ? "default" : namespace;
    contentType = contentType == null ? "application/octet-stream" : contentType;
    metadata = metadata == null ? Map.of() : Map.copyOf(metadata);
  }

  /// Checks every rule that needs nothing but the document, and gives the decoded content.
  ///
  /// @throws InvalidMessageException for the first broken rule
  public byte[] checkedContent(int maxContentBytes) {
    require("definition", definition, DEFINITION);
    requireNamespace(namespace);
    require("contentType", contentType, CONTENT_TYPE);
    if (content == null) {
      throw new InvalidMessageException(
          "content", "nothing", "is required: {\"text\": …} or {\"base64\": …}");
    }
    byte[] bytes = content.bytes();
    if (bytes.length > maxContentBytes) {
      throw new InvalidMessageException(
          "content", bytes.length + " bytes", "must not exceed " + maxContentBytes + " bytes");
    }
    return bytes;
  }

  /// Checks a namespace, wherever it comes from.
  ///
  /// @throws InvalidMessageException if there can be none of that name
  public static void requireNamespace(String namespace) {
    require("namespace", namespace, NAMESPACE);
  }

  private static void require(String field, String value, Pattern rule) {
    if (!rule.matcher(value).matches()) {
      throw new InvalidMessageException(field, value, "must match " + rule.pattern());
    }
  }
}
