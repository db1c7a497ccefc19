package io.nodebridge.orchestrator.accept;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nodebridge.events.envelope.HopStamps;
import io.nodebridge.events.envelope.MessageType;
import io.nodebridge.events.id.WorkflowIds;
import io.nodebridge.events.message.CancelRequest;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Parameters;
import io.nodebridge.orchestrator.run.OwnedPartitions;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.RecordMetadata;

/// `DELETE /v1/workflows/{id}?reason=…`: puts a cancellation on the request topic and answers 202
/// after the log has acknowledged it. Whether there was anything to cancel, the workflow's state
/// tells.
final class Cancellations {
  private static final JsonCodec<CancelRequest> CANCEL = JsonCodec.of(CancelRequest.class);
  private static final String REASON = "reason";

  private final RequestLog log;
  private final OwnedPartitions partitions;

  Cancellations(RequestLog log, OwnedPartitions partitions) {
    this.log = log;
    this.partitions = partitions;
  }

  void cancel(ServerRequest http, ServerResponse response) throws InterruptedException {
    Parameters.refuseUnknown(http, Set.of(REASON));
    UUID id = Parameters.id(http);
    CancelRequest cancel = new CancelRequest(id, http.query().first(REASON).orElse(null));
    byte[] document = CANCEL.encode(cancel);
    RecordMetadata place =
        RequestLog.acknowledged(
            log.send(
                MessageType.WORKFLOW_CANCEL_REQUESTED,
                WorkflowIds.minted(),
                id,
                document,
                http.headers().value(Intake.TRACEPARENT).orElse(null),
                HopStamps.none()),
            id);
    partitions.cancelled(place.offset(), cancel);
    HttpEdge.sendJson(response, Status.ACCEPTED_202, document);
  }
}
