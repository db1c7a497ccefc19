package io.nodebridge.events.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ContentHashTest {
  /// The vector for no input in BLAKE3's own test_vectors.json.
  @Test
  void nothingHashesToThePublishedVector() {
    assertThat(ContentHash.of(new byte[0]))
        .isEqualTo("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
  }

  @Test
  void oneByteMakesAnotherHash() {
    assertThat(ContentHash.of("hello".getBytes(StandardCharsets.UTF_8)))
        .isNotEqualTo(ContentHash.of("hellp".getBytes(StandardCharsets.UTF_8)))
        .hasSize(64);
  }
}
