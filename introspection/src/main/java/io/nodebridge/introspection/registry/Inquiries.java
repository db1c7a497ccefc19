package io.nodebridge.introspection.registry;

import io.avaje.jsonb.Json;
import io.nodebridge.events.message.Introspection;
import io.nodebridge.events.message.NodeRequest;
import io.nodebridge.events.message.NodeType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What was asked lately and who has answered. Answers count until the time-out.
final class Inquiries {
  private static final int REMEMBERED = 100;

  private final InstantSource clock;
  private final Map<String, Asked> byCorrelation = new LinkedHashMap<>();

  private record Asked(NodeRequest request, Instant expires, Set<String> answered) {}

  /// An inquiry as it is shown.
  ///
  /// @param waiting nodes that live, were asked, and have not answered
  /// @param open whether answers still count
  @Json
  record View(
      String correlationId,
      String reason,
      List<NodeType> targetTypes,
      boolean open,
      List<String> answered,
      List<String> waiting) {
    View {
      targetTypes = List.copyOf(targetTypes);
      answered = List.copyOf(answered);
      waiting = List.copyOf(waiting);
    }
  }

  Inquiries(InstantSource clock) {
    this.clock = clock;
  }

  synchronized void asked(NodeRequest request) {
    byCorrelation.put(
        request.correlationId(),
        new Asked(request, clock.instant().plusMillis(request.timeoutMs()), new TreeSet<>()));
    if (byCorrelation.size() > REMEMBERED) {
      byCorrelation.remove(byCorrelation.keySet().iterator().next());
    }
  }

  synchronized void heard(Introspection said) {
    Asked asked = said.correlationId() == null ? null : byCorrelation.get(said.correlationId());
    if (asked != null && clock.instant().isBefore(asked.expires())) {
      asked.answered().add(said.nodeId());
    }
  }

  /// Null if it was never asked, or long ago.
  synchronized @Nullable View view(String correlationId, NodeTable table) {
    Asked asked = byCorrelation.get(correlationId);
    if (asked == null) {
      return null;
    }
    List<NodeType> types = asked.request().targetTypes();
    return new View(
        correlationId,
        asked.request().reason(),
        types,
        clock.instant().isBefore(asked.expires()),
        List.copyOf(asked.answered()),
        table.rows().values().stream()
            .filter(NodeRow::listenedTo)
            .filter(row -> types.isEmpty() || types.contains(row.type()))
            .map(NodeRow::nodeId)
            .filter(id -> !asked.answered().contains(id))
            .sorted()
            .toList());
  }
}
