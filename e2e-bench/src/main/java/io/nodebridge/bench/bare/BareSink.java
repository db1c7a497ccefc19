package io.nodebridge.bench.bare;

import io.nodebridge.events.kafka.KafkaClients;
import io.nodebridge.events.message.CommitPage;
import io.nodebridge.events.message.CommitPage.Commit;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.introspection.config.DatabaseUrl;
import io.nodebridge.introspection.config.Setting;
import io.nodebridge.introspection.config.Settings;
import io.nodebridge.introspection.http.FeedRing;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Meters;
import io.nodebridge.introspection.http.Readiness;
import io.nodebridge.introspection.service.OwnedResources;
import io.nodebridge.introspection.service.ServiceProcess;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/// The bare reducer: what a poll brings becomes rows in one transaction that moves the positions
/// under a fence; then it is told. No events are folded, nothing is summed.
public final class BareSink {
  private static final JsonCodec<CommitPage> COMMITS = JsonCodec.of(CommitPage.class);
  private static final int RING = 65_536;
  private static final int DEFAULT_PORT = 8081;

  private static final String TABLES =
      """
      CREATE TABLE IF NOT EXISTS bench_bare_workflow (
        id uuid PRIMARY KEY, hash text NOT NULL, body bytea NOT NULL);
      CREATE TABLE IF NOT EXISTS bench_bare_position (
        topic text, part int, next_offset bigint NOT NULL, fence int NOT NULL,
        PRIMARY KEY (topic, part));
      """;

  private static final String CLAIM =
      """
      INSERT INTO bench_bare_position SELECT ?, part, 0, 1 FROM generate_series(0, 7) AS part
      """;

  private static final String COMMIT =
      """
      WITH moved AS (
        UPDATE bench_bare_position AS p
        SET next_offset = b.next_offset
        FROM unnest(?::int[], ?::bigint[], ?::bigint[]) AS b(part, first_offset, next_offset)
        WHERE p.topic = ? AND p.part = b.part AND p.fence = 1 AND p.next_offset = b.first_offset
        RETURNING p.part)
      INSERT INTO bench_bare_workflow
      SELECT id::uuid, hash, body
      FROM unnest(?::text[], ?::text[], ?::bytea[]) AS b(id, hash, body)
      WHERE (SELECT count(*) FROM moved) = ?
      ORDER BY id
      ON CONFLICT DO NOTHING
      """;

  private final String topic;
  private final FeedRing<Commit> ring;
  private final Connection connection;
  private final PreparedStatement commit;

  private BareSink(String topic, FeedRing<Commit> ring, Connection connection) throws SQLException {
    this.topic = topic;
    this.ring = ring;
    this.connection = connection;
    try (Statement tables = connection.createStatement()) {
      tables.execute(TABLES);
    }
    try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
      claim.setString(1, topic);
      claim.executeUpdate();
    }
    this.commit = connection.prepareStatement(COMMIT);
  }

  /// Arguments: which topics.
  public static void main(String[] args) {
    BareTopics topics = new BareTopics(args[0]);
    ServiceProcess.run(
        "bare-sink", System.getenv(), (settings, resources) -> open(topics, settings, resources));
  }

  private static void open(BareTopics topics, Settings settings, OwnedResources resources)
      throws SQLException {
    FeedRing<Commit> ring = new FeedRing<>(RING);
    DatabaseUrl url = settings.database();
    Connection connection =
        resources.own(DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password()));
    BareSink sink = new BareSink(topics.events(), ring, connection);
    KafkaClients kafka =
        new KafkaClients(settings.text(Setting.KAFKA_BOOTSTRAP_SERVERS), settings.kafkaOverrides());
    resources.own(BareLoop.start(kafka, topics.events(), sink::commit));
    resources.own(
        HttpEdge.start(
            new HttpEdge.Listen(
                settings.text(Setting.NODEBRIDGE_BIND), settings.port(DEFAULT_PORT), 1_024),
            new Readiness(),
            Meters.create(resources),
            routing ->
                ring.routes(
                    routing,
                    "/internal/commits",
                    page ->
                        COMMITS.encode(new CommitPage(page.next(), page.lost(), page.entries())))));
  }

  private void commit(ConsumerRecords<String, byte[]> records) throws SQLException {
    List<Integer> parts = new ArrayList<>();
    List<Long> firsts = new ArrayList<>();
    List<Long> nexts = new ArrayList<>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<String, byte[]>> polled = records.records(partition);
      parts.add(partition.partition());
      firsts.add(polled.getFirst().offset());
      nexts.add(polled.getLast().offset() + 1);
    }
    List<String> ids = new ArrayList<>();
    List<String> hashes = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> event : records) {
      byte[] value = event.value();
      ids.add(event.key());
      hashes.add(new String(value, 0, BareTopics.HASH_BYTES, StandardCharsets.US_ASCII));
      bodies.add(Arrays.copyOfRange(value, BareTopics.HASH_BYTES, value.length));
    }
    commit.setArray(1, connection.createArrayOf("int4", parts.toArray()));
    commit.setArray(2, connection.createArrayOf("int8", firsts.toArray()));
    commit.setArray(3, connection.createArrayOf("int8", nexts.toArray()));
    commit.setString(4, topic);
    commit.setArray(5, connection.createArrayOf("text", ids.toArray()));
    commit.setArray(6, connection.createArrayOf("text", hashes.toArray()));
    commit.setArray(7, connection.createArrayOf("bytea", bodies.toArray(new byte[0][])));
    commit.setInt(8, parts.size());
    if (commit.executeUpdate() != ids.size()) {
      throw new SQLException("the position has moved, or a workflow was there already");
    }
    List<Long> committed = List.of(System.nanoTime());
    ring.add(ids.stream().map(id -> new Commit(UUID.fromString(id), committed)).toList());
  }
}
