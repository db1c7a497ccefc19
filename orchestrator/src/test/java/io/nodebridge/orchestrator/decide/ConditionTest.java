package io.nodebridge.orchestrator.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConditionTest {
  private static final Map<String, ?> ROOT =
      Map.of(
          "input", Map.of("intelligence", true, "off", false, "contentType", "text/plain"),
          "steps", Map.of("insight", Map.of("confidence", 0.5, "level", "MEDIUM")));

  @Test
  void aBarePathHoldsIfSomethingIsThereThatIsNotFalse() {
    assertThat(holds("input.intelligence")).isTrue();
    assertThat(holds("input.off")).isFalse();
    assertThat(holds("input.absent")).isFalse();
    assertThat(holds("input.absent.deeper")).isFalse();
    assertThat(holds("steps.insight")).isTrue();
  }

  @Test
  void literalsAreTextNumberAndBoolean() {
    assertThat(holds("input.contentType == 'text/plain'")).isTrue();
    assertThat(holds("input.contentType != \"text/plain\"")).isFalse();
    assertThat(holds("steps.insight.confidence == 0.50")).isTrue();
    assertThat(holds("steps.insight.confidence != 0.5")).isFalse();
    assertThat(holds("input.off == false")).isTrue();
    assertThat(holds("input.absent == false")).isFalse();
    assertThat(holds("input.absent != 1")).isTrue();
    assertThat(holds("steps.insight.level == 'HIGH'")).isFalse();
  }

  @Test
  void anythingElseIsRefused() {
    for (String text :
        new String[] {"", "input", "output.x", "input.a = 1", "input.a == bare", "input.a > 1"}) {
      assertThatThrownBy(() -> Condition.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("path == literal");
    }
  }

  private static boolean holds(String text) {
    return Condition.parse(text).holds(ROOT);
  }
}
