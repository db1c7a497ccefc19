package io.nodebridge.orchestrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.message.WorkflowRequest;
import io.nodebridge.orchestrator.OrchestratorMeters;
import io.nodebridge.orchestrator.call.StepClient;
import io.nodebridge.orchestrator.decide.Decision.Task;
import io.nodebridge.orchestrator.decide.Definition;
import io.nodebridge.orchestrator.decide.Step;
import io.nodebridge.orchestrator.decide.Step.Work;
import io.nodebridge.orchestrator.decide.Workflow;
import io.nodebridge.orchestrator.decide.Workflow.Signal;
import io.nodebridge.orchestrator.own.Effect;
import io.nodebridge.orchestrator.own.Request;
import io.nodebridge.orchestrator.route.RoutingTable;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StepRunnerTest {
  private static final Work.Call CALL = new Work.Call("content.hash");
  private static final byte[] NOTHING = {};

  private final Clock clock = Clock.systemUTC();
  private final RoutingTable table =
      new RoutingTable(
          Map.of("content.hash", URI.create("http://127.0.0.1:1")), Duration.ofSeconds(1), clock);
  private final StepClient client =
      new StepClient(table, new OrchestratorMeters(new SimpleMeterRegistry(), null), clock);
  private final StepRunner runner = new StepRunner(client, clock);

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void whatNobodyHasForeseenFailsTheAttemptAndSaysWhat() throws Exception {
    // No reader lets a request without content pass, and no log a result that is none.
    assertUnforeseen(runner.here(perform(Work.BuiltIn.STAMP), Work.BuiltIn.STAMP));
    assertUnforeseen(runner.remote(perform(CALL), CALL, () -> {}));
  }

  @Test
  void anAttemptWhoseWorkflowIsOverIsNotMade() throws Exception {
    Effect.Perform late = perform(CALL, -1);

    assertThat(runner.remote(late, CALL, () -> {}))
        .asInstanceOf(type(Signal.StepFailed.class))
        .extracting(failed -> failed.error().code(), failed -> failed.run().instance())
        .containsExactly("step_timeout", null);
  }

  private static void assertUnforeseen(Signal signal) {
    Signal.StepFailed failed =
        assertThat(signal).asInstanceOf(type(Signal.StepFailed.class)).actual();
    assertThat(failed.error().code()).isEqualTo("unforeseen");
    assertThat(failed.error().step()).isEqualTo("step");
    assertThat(failed.error().message()).contains("NullPointerException");
    assertThat(failed.run().result()).containsEntry("code", "unforeseen");
  }

  private Effect.Perform perform(Work work) {
    return perform(work, 5_000);
  }

  private Effect.Perform perform(Work work, long leftMillis) {
    Step step =
        new Step("step", work, List.of(), null, Duration.ofSeconds(5), 1, Step.OnFailure.FAIL);
    Definition definition = new Definition("d", 1, "h", Duration.ofSeconds(5), List.of(step));
    return new Effect.Perform(
        new Request(
            new UUID(1, 1),
            new WorkflowRequest("d", "ns", null, "text/plain", null, Map.of(), false),
            "body",
            0,
            new Carried(
                new ConsumerRecord<>("requests", 0, 0, null, NOTHING),
                NOTHING,
                null,
                0,
                new ConcurrentHashMap<>(),
                new AtomicReference<>(HopStamps.none()),
                new Calls())),
        new Task(step, 1),
        new Workflow.Processing(
            definition,
            Map.of(),
            clock.millis() + leftMillis,
            1,
            0,
            Collections.singletonMap("before", null)));
  }
}
