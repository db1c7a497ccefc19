package io.nodebridge.introspection.registry;

import io.nodebridge.events.kafka.Topic;
import io.nodebridge.events.message.InvalidMessageException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is to be written, as long as Postgres is away: one row a node, and bounded history and dead
/// letters. Used by the registry's one thread.
final class Backlog {
  private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
  private static final int MAX_WAITING_DEAD_LETTERS = 1_000;
  private static final int MAX_WAITING_TURNS = 100_000;

  private final Map<String, NodeRow> unwritten = new LinkedHashMap<>();
  private final Map<String, ConsumerRecord<String, byte[]>> lastHeard = new HashMap<>();
  private final List<NodeRow> untold = new ArrayList<>();
  private final Set<String> unforgotten = new LinkedHashSet<>();
  private final List<DeadLetter> unparked = new ArrayList<>();

  /// Remembers the message that a node's next row will be made of.
  void heard(ConsumerRecord<String, byte[]> message) {
    lastHeard.put(message.key(), message);
  }

  /// Takes a message that nobody can understand.
  void park(ConsumerRecord<String, byte[]> message, InvalidMessageException reason) {
    LOG.atWarn()
        .addKeyValue("topic", message.topic())
        .addKeyValue("partition", message.partition())
        .addKeyValue("offset", message.offset())
        .addKeyValue("reason", reason.rule())
        .log("a message is unreadable and parked");
    if (unparked.size() == MAX_WAITING_DEAD_LETTERS) {
      unparked.removeFirst();
      LOG.error("Postgres is away and too many dead letters wait; the oldest is dropped");
    }
    Topic topic =
        message.topic().equals(Topic.HEARTBEATS.topicName())
            ? Topic.HEARTBEATS
            : Topic.INTROSPECTIONS;
    unparked.add(
        new DeadLetter(
            topic,
            message.partition(),
            message.offset(),
            reason.field() + ": " + reason.rule() + " (found: " + reason.value() + ")",
            message.key(),
            message.value()));
  }

  /// Takes what a fold changed.
  void add(NodeTable.Step step) {
    step.changed().forEach(row -> unwritten.put(row.nodeId(), row));
    untold.addAll(step.turned());
    int tooMany = untold.size() - MAX_WAITING_TURNS;
    if (tooMany > 0) {
      untold.subList(0, tooMany).clear();
      LOG.error("Postgres is away and too much history waits; the oldest is dropped");
    }
    step.turned().forEach(row -> unforgotten.remove(row.nodeId()));
    step.forgotten().forEach(unwritten::remove);
    unforgotten.addAll(step.forgotten());
  }

  int rows() {
    return unwritten.size();
  }

  boolean isEmpty() {
    return unwritten.isEmpty() && untold.isEmpty() && unforgotten.isEmpty() && unparked.isEmpty();
  }

  void clear() {
    unwritten.clear();
    lastHeard.clear();
    untold.clear();
    unforgotten.clear();
    unparked.clear();
  }

  /// Writes all of it at once. If a value cannot be stored, ever, the rows are written without it;
  /// what else there is waits for the next time.
  ///
  /// @throws SQLException if anything still waits
  void write(RegistryLoop.Store store, long generation) throws SQLException, FencedException {
    try {
      store.write(
          generation, new RegistryStore.Changes(unwritten.values(), untold, unforgotten, unparked));
      clear();
    } catch (UnstorableException e) {
      writeRows(store, generation, List.copyOf(unwritten.values()));
      throw e;
    }
  }

  // Halves the rows until the one is found that cannot be stored, and parks the message behind it.
  private void writeRows(RegistryLoop.Store store, long generation, List<NodeRow> rows)
      throws SQLException, FencedException {
    try {
      store.write(generation, new RegistryStore.Changes(rows, List.of(), List.of(), List.of()));
      rows.forEach(row -> unwritten.remove(row.nodeId()));
    } catch (UnstorableException e) {
      if (rows.size() > 1) {
        int half = rows.size() / 2;
        writeRows(store, generation, rows.subList(0, half));
        writeRows(store, generation, rows.subList(half, rows.size()));
      } else {
        rows.forEach(row -> setAside(row, e));
      }
    }
  }

  private void setAside(NodeRow row, UnstorableException refusal) {
    unwritten.remove(row.nodeId());
    ConsumerRecord<String, byte[]> message = lastHeard.get(row.nodeId());
    if (message == null) {
      LOG.atError()
          .setCause(refusal)
          .addKeyValue("node", row.nodeId())
          .log("a row cannot be stored, and no message made it");
    } else {
      park(
          message,
          new InvalidMessageException(
              "row", row.nodeId(), String.valueOf(refusal.getMessage()), refusal));
    }
  }
}
