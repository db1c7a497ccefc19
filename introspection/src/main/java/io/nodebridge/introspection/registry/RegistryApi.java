package io.nodebridge.introspection.registry;

import io.helidon.http.HeaderNames;
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
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The nodes as the registry knows them now; it answers from memory, also without Postgres.
final class RegistryApi {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryApi.class);
  private static final JsonCodec<NodeView> NODE = JsonCodec.of(NodeView.class);
  static final Set<String> FILTERS = Set.of("type", "state", "capability");

  private static final JsonCodec<InquiryRequest> INQUIRY = JsonCodec.of(InquiryRequest.class);
  private static final JsonCodec<Inquiries.View> ASKED = JsonCodec.of(Inquiries.View.class);

  /// What is described in `openapi/registry.yaml`.
  static final List<String> PATHS =
      List.of("/v1/nodes", "/v1/nodes/{id}", "/v1/introspections", "/v1/introspections/{id}");

  private final RegistryLoop loop;
  private final RegistryStore store;

  RegistryApi(RegistryLoop loop, RegistryStore store) {
    this.loop = loop;
    this.store = store;
  }

  // A registry that does not lead hears nobody; it shows what the leader wrote.
  private NodeTable table() {
    try {
      return loop.leads() ? loop.table() : loop.resumed(store.load());
    } catch (SQLException e) {
      throw unavailable("this registry does not lead, and Postgres does not answer");
    }
  }

  private static ProblemException unavailable(String why) {
    return new ProblemException(Problem.of(503, "unavailable", "Not now", why));
  }

  void routes(HttpRouting.Builder routing) {
    routing.get("/v1/nodes", this::nodes);
    routing.get("/v1/nodes/{id}", this::node);
    routing.post("/v1/introspections", this::ask);
    routing.get("/v1/introspections/{id}", this::asked);
    HttpEdge.refuseOtherMethods(
        routing, "GET", "/v1/nodes", "/v1/nodes/{id}", "/v1/introspections/{id}");
    HttpEdge.refuseOtherMethods(routing, "POST", "/v1/introspections");
    HttpEdge.describe(routing, RegistryApi.class, "/openapi/registry.yaml");
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
            table().rows().values().stream()
                .filter(row -> type == null || row.type() == type)
                .filter(row -> status == null || row.status() == status)
                .filter(row -> capability == null || row.capabilities().contains(capability))
                .sorted(Comparator.comparing(NodeRow::nodeId))
                .map(row -> NodeView.of(row, null))
                .toList()));
  }

  private void node(ServerRequest request, ServerResponse response) {
    String id = request.path().pathParameters().get("id");
    NodeRow row = table().rows().get(id);
    if (row == null) {
      throw new ProblemException(
          Problem.of(404, "unknown-node", "No such node", id + " was never heard of"));
    }
    List<Turn> history = null;
    try {
      history = store.history(id);
    } catch (SQLException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("a history could not be read");
    }
    HttpEdge.sendJson(response, Status.OK_200, NODE.encode(NodeView.of(row, history)));
  }

  private void ask(ServerRequest request, ServerResponse response) {
    InquiryRequest wanted = INQUIRY.decode(HttpEdge.jsonBody(request));
    if (!loop.leads()) {
      throw unavailable("another registry leads; ask that one");
    }
    String id = loop.ask(wanted.types(), wanted.timeoutMillis());
    response.header(HeaderNames.LOCATION, "/v1/introspections/" + id);
    HttpEdge.sendJson(response, Status.ACCEPTED_202, ASKED.encode(inquiry(id)));
  }

  private void asked(ServerRequest request, ServerResponse response) {
    String id = request.path().pathParameters().get("id");
    HttpEdge.sendJson(response, Status.OK_200, ASKED.encode(inquiry(id)));
  }

  private Inquiries.View inquiry(String id) {
    Inquiries.View view = loop.inquiry(id);
    if (view == null) {
      throw new ProblemException(
          Problem.of(404, "unknown-inquiry", "No such inquiry", id + " is none of the last 100"));
    }
    return view;
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
