package io.nodebridge.workers.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InsightTest {
  private static final Map<String, ?> DESCRIBED =
      Map.of("contentType", "text/plain", "filePath", "docs/a.txt", "metadata", Map.of("a", "b"));

  @Test
  void thePartsAreWhatTheySay() {
    Insight insight = of("a a b b\u0000, see https://x.org and docs/a.txt", DESCRIBED);
    assertThat(insight.analysis()).isEqualTo("text");
    assertThat(insight.dataQuality()).isEqualTo(1 - 1 / 42.0);
    // a a b b see https x org and docs a txt: 12 words, 9 of them different
    assertThat(insight.patterns()).isEqualTo(1 - 9 / 12.0);
    assertThat(insight.coverage()).isEqualTo(1);
    assertThat(insight.relationships()).isEqualTo(0.4);
    assertThat(of("a", Map.of("contentType", "application/octet-stream")).coverage()).isZero();
  }

  @Test
  void confidenceWeighsThePartsAndHasItsLevels() {
    assertThat(weighed(1, 0, 0, 0).confidence()).isEqualTo(0.35);
    assertThat(weighed(0, 1, 0, 0).confidence()).isEqualTo(0.3);
    assertThat(weighed(0, 0, 1, 0).confidence()).isEqualTo(0.2);
    assertThat(weighed(0, 0, 0, 1).confidence()).isEqualTo(0.15);
    assertThat(weighed(1, 1, 0, 1).level()).isEqualTo(Insight.Level.HIGH);
    assertThat(weighed(1, 0, 0, 1).level()).isEqualTo(Insight.Level.MEDIUM);
    assertThat(weighed(0, 0, 1, 0).level()).isEqualTo(Insight.Level.LOW);
    assertThat(weighed(0, 0, 0, 1).level()).isEqualTo(Insight.Level.MINIMAL);
  }

  @Test
  void whatIsNoTextIsSaid() {
    Insight binary = Insight.of(new byte[] {(byte) 0xff, 1}, DESCRIBED);
    assertThat(binary.analysis()).isEqualTo("binary");
    assertThat(binary.confidence()).isEqualTo(0.2);
    assertThat(Insight.of(new byte[0], Map.of()).analysis()).isEqualTo("empty");
    assertThat(Insight.of(new byte[0], Map.of()).recommendations()).hasSize(3);
  }

  @Test
  void addressesPathsAndIdentifiersAreReferences() {
    for (String reference :
        new String[] {
          "https://x.org/a?b=c",
          "docs/a.txt",
          "../docs/a.txt",
          "-a/b",
          "joe@x.org",
          "joe.blow+tag@mail.x.org",
          "mailto:joe@x.org",
          "(see docs/a.txt)",
          "a+b/c"
        }) {
      assertThat(of(reference, Map.of()).relationships()).as(reference).isEqualTo(0.2);
      assertThat(of(reference + " and " + reference, Map.of()).relationships())
          .as("%s twice", reference)
          .isEqualTo(0.4);
    }
    for (String none :
        new String[] {
          "a", "a.b", "a-b-c", "a/", "/a", "./a", "@x.org", "joe@x", "joe@x.", "://x"
        }) {
      assertThat(of(none, Map.of()).relationships()).as(none).isZero();
    }
  }

  @Test
  void theLargestContentIsAnalysedInTimeWhateverItRepeats() {
    for (String part :
        new String[] {"a-", "a.", "a+", "a@", "a-a@", "a", ".", "+", "a:", "a/ ", "\u00e4-"}) {
      String text = part.repeat((512 << 10) / part.length());
      assertTimeoutPreemptively(Duration.ofSeconds(5), () -> of(text, Map.of()), part);
    }
  }

  private static Insight of(String text, Map<String, ?> input) {
    return Insight.of(text.getBytes(StandardCharsets.UTF_8), input);
  }

  private static Insight weighed(double q, double p, double c, double r) {
    return new Insight("text", q, p, c, r, List.of());
  }
}
