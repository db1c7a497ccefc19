package io.nodebridge.introspection.registry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nodebridge.events.message.NodeStatus;
import java.util.Collection;
import java.util.List;
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
  private final AtomicLong lag = new AtomicLong();
  private final AtomicInteger leads = new AtomicInteger();
  private final Counter messages;
  private final Counter deadLetters;
  private final Counter writeFailures;

  private volatile Collection<NodeRow> rows = List.of();

  RegistryMeters(MeterRegistry registry) {
    for (NodeStatus status : NodeStatus.values()) {
      Gauge.builder("nodebridge.registry.nodes", () -> count(status))
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
    rows = table.rows().values();
  }

  // When it is asked for, since there are fifty folds a second.
  private long count(NodeStatus status) {
    return rows.stream().filter(row -> row.status() == status).count();
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
