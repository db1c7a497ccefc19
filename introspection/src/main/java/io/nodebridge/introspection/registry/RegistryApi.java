package io.nodebridge.introspection.registry;

import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.nodebridge.events.message.InvalidMessageException;
import io.nodebridge.events.message.JsonCodec;
import io.nodebridge.events.message.NodeStatus;
import io.nodebridge.events.message.NodeType;
import io.nodebridge.introspection.http.HttpEdge;
import io.nodebridge.introspection.http.Problem;
import io.nodebridge.introspection.http.ProblemException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The nodes as the registry knows them now; it answers from memory, also without Postgres.
final class RegistryApi {
  private static final JsonCodec<NodeView> NODE = JsonCodec.of(NodeView.class);
  private static final Set<String> FILTERS = Set.of("type", "state", "capability");

  private final Supplier<NodeTable> table;

  RegistryApi(Supplier<NodeTable> table) {
    this.table = table;
  }

  void routes(HttpRouting.Builder routing) {
    routing.get("/v1/nodes", this::nodes);
    routing.get("/v1/nodes/{id}", this::node);
    HttpEdge.refuseOtherMethods(routing, "GET", "/v1/nodes", "/v1/nodes/{id}");
  }

  private void nodes(ServerRequest request, ServerResponse response) {
    for (String name : request.query().names()) {
      if (!FILTERS.contains(name)) {
        throw new InvalidMessageException(name, "set", "is no filter; type, state, capability are");
      }
    }
    NodeType type = filter(request, "type", NodeType.class);
    NodeStatus status = filter(request, "state", NodeStatus.class);
    String capability = request.query().first("capability").orElse(null);
    HttpEdge.sendJson(
        response,
        Status.OK_200,
        NODE.encodeList(
            table.get().rows().values().stream()
                .filter(row -> type == null || row.type() == type)
                .filter(row -> status == null || row.status() == status)
                .filter(row -> capability == null || row.capabilities().contains(capability))
                .sorted(Comparator.comparing(NodeRow::nodeId))
                .map(NodeView::of)
                .toList()));
  }

  private void node(ServerRequest request, ServerResponse response) {
    String id = request.path().pathParameters().get("id");
    NodeRow row = table.get().rows().get(id);
    if (row == null) {
      throw new ProblemException(
          Problem.of(404, "unknown-node", "No such node", id + " was never heard of"));
    }
    HttpEdge.sendJson(response, Status.OK_200, NODE.encode(NodeView.of(row)));
  }

  private static <E extends Enum<E>> @Nullable E filter(
      ServerRequest request, String name, Class<E> words) {
    String text = request.query().first(name).orElse(null);
    if (text == null) {
      return null;
    }
    return Arrays.stream(words.getEnumConstants())
        .filter(word -> word.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () -> new InvalidMessageException(name, text, "must be one of " + list(words)));
  }

  private static <E extends Enum<E>> String list(Class<E> words) {
    return Arrays.stream(words.getEnumConstants())
        .map(word -> word.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
