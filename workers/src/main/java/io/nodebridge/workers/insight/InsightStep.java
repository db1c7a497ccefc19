package io.nodebridge.workers.insight;

import io.nodebridge.events.message.StepCall;
import io.nodebridge.workers.step.StepContent;
import java.util.Map;

/// `content.insight`: an analysis of `input.content`.
final class InsightStep {
  static final String CAPABILITY = "content.insight";

  private InsightStep() {}

  static Map<String, Object> run(StepCall call) {
    Insight insight = Insight.of(StepContent.of(call), call.input());
    return Map.of(
        "analysis", insight.analysis(),
        "confidence", insight.confidence(),
        "level", insight.level().name(),
        "dataQuality", insight.dataQuality(),
        "patterns", insight.patterns(),
        "coverage", insight.coverage(),
        "relationships", insight.relationships(),
        "recommendations", insight.recommendations());
  }
}
