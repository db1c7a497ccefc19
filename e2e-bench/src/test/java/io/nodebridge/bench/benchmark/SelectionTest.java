package io.nodebridge.bench.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static final List<String> SEED =
      List.of(
          "test_batch_aggregation_100_items",
          "test_batch_aggregation_1000_items",
          "test_batch_aggregation_10000_items",
          "test_streaming_window_processing",
          "test_namespace_grouping_performance",
          "test_single_workflow_execution",
          "test_concurrent_workflow_throughput",
          "test_fsm_state_transition",
          "test_service_routing_overhead",
          "test_complete_workflow_pipeline",
          "test_multi_service_coordination",
          "test_memory_leak_detection",
          "test_heartbeat_overhead_under_10ms",
          "test_resource_collection_non_blocking",
          "test_heartbeat_with_psutil_overhead",
          "test_1000_concurrent_heartbeats",
          "test_sustained_heartbeat_load",
          "test_event_loop_responsiveness_under_load",
          "test_resource_info_caching_effectiveness",
          "test_concurrent_resource_collection",
          "test_no_blocking_psutil_calls_in_heartbeat",
          "test_parallel_execution_proves_non_blocking");

  @Test
  void eachOfTheSeedsNamesIsOneBenchmarkOfTheQuickProfile() {
    assertThat(SEED).allSatisfy(name -> assertThat(names(name)).hasSize(1));
  }

  @Test
  void globsGroupsAndCategoriesSelect() {
    assertThat(names("{fsm*,test_single*}"))
        .containsExactly("single_workflow_execution", "fsm_state_transition");
    assertThat(names("BlockingDetection")).hasSize(2);
    assertThat(names("end_to_end"))
        .containsExactly("complete_workflow_pipeline", "multi_service_coordination");
  }

  @Test
  void theSlowAreLeftOutOnRequest() {
    assertThat(Selection.of("*", Profile.QUICK, false).names())
        .doesNotContain(
            "1000_concurrent_heartbeats", "sustained_heartbeat_load", "memory_leak_detection")
        .contains("fsm_state_transition");
  }

  @Test
  void whatIsTooLargeForTheProfileIsRunOnlyIfNamedInFull() {
    assertThat(names("*")).doesNotContain("reducer_drain", "reducer_soak");
    assertThat(names("test_reducer_drain")).containsExactly("reducer_drain");
    assertThat(names("{reducer_drain,fsm*}"))
        .containsExactly("reducer_drain", "fsm_state_transition");
    assertThat(Selection.of("*", Profile.STANDARD, true).names()).contains("reducer_drain");
  }

  @Test
  void aSelectionThatMatchesNothingIsAnError() {
    assertThatThrownBy(() -> names("fms*"))
        .hasMessageStartingWith("\"fms*\" names no benchmark, group or category");
    assertThatThrownBy(() -> names("reducer_so*"))
        .hasMessageContaining("runs from profile soak on: [reducer_soak]");
    assertThatThrownBy(() -> names("{fsm")).hasMessageContaining("is no glob");
  }

  private static List<String> names(String glob) {
    return Selection.of(glob, Profile.QUICK, true).names();
  }
}
