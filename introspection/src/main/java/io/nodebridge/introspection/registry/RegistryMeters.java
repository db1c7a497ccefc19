package io.nodebridge.introspection.registry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nodebridge.events.message.NodeStatus;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Every meter of the registry.
///
/// | meter | unit |
/// |---|---|
/// | `nodebridge_registry_nodes` by `status` | nodes |
/// | `nodebridge_registry_lag_records` | records of beats and announcements not yet heard |
/// | `nodebridge_registry_leads` | 1 if this registry leads, else 0 |
/// | `nodebridge_registry_messages_total` | beats, announcements and farewells folded |
/// | `nodebridge_registry_dead_letters_total` | messages that nobody could understand |
/// | `nodebridge_registry_write_failures_total` | batches that Postgres did not take at once |
final class RegistryMeters {
  private final Map<NodeStatus, AtomicInteger> nodes = new EnumMap<>(NodeStatus.class);
  private final AtomicLong lag = new AtomicLong();
  private final AtomicInteger leads = new AtomicInteger();
  private final Counter messages;
  private final Counter deadLetters;
  private final Counter writeFailures;

  RegistryMeters(MeterRegistry registry) {
    for (NodeStatus status : NodeStatus.values()) {
      AtomicInteger count = new AtomicInteger();
      nodes.put(status, count);
      Gauge.builder("nodebridge.registry.nodes", count, AtomicInteger::get)
          .tag("status", status.name())
          .register(registry);
    }
    Gauge.builder("nodebridge.registry.lag.records", lag, AtomicLong::get).register(registry);
    Gauge.builder("nodebridge.registry.leads", leads, AtomicInteger::get).register(registry);
    messages = Counter.builder("nodebridge.registry.messages").register(registry);
    deadLetters = Counter.builder("nodebridge.registry.dead.letters").register(registry);
    writeFailures = Counter.builder("nodebridge.registry.write.failures").register(registry);
  }

  void folded(int folded, int dead, NodeTable table) {
    messages.increment(folded);
    deadLetters.increment(dead);
    Map<NodeStatus, Integer> counts = new EnumMap<>(NodeStatus.class);
    table.rows().values().forEach(row -> counts.merge(row.status(), 1, Integer::sum));
    nodes.forEach((status, count) -> count.set(counts.getOrDefault(status, 0)));
  }

  void behind(long records) {
    lag.set(records);
  }

  void leading(boolean leading) {
    leads.set(leading ? 1 : 0);
  }

  void writeFailed() {
    writeFailures.increment();
  }
}
