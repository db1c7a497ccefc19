package io.nodebridge.events.id;

import java.util.HexFormat;
import org.bouncycastle.crypto.digests.Blake3Digest;

/// BLAKE3 with 32 bytes of output: the hash that a stamp binds to, and the one by which two bodies
/// are told apart.
public final class ContentHash {
  private static final int OUTPUT_BYTES = 32;

  private ContentHash() {}

  /// The hash as 64 lower-case hexadecimal digits.
  public static String of(byte[] content) {
    Blake3Digest digest = new Blake3Digest(OUTPUT_BYTES * 8);
    digest.update(content, 0, content.length);
    byte[] output = new byte[OUTPUT_BYTES];
    digest.doFinal(output, 0);
    return HexFormat.of().formatHex(output);
  }
}
