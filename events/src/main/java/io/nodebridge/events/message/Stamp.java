package io.nodebridge.events.message;

import io.avaje.jsonb.Json;
import java.util.UUID;

/// The metadata record bound to a content's BLAKE3 hash (64 hexadecimal digits).
@Json
public record Stamp(UUID stampId, String hash, String metadataVersion) {

  public static final String METADATA_VERSION = "0.1";
}
