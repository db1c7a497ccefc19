package io.nodebridge.orchestrator.route;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Something that answers step calls: one life of a node, or the address of a static route.
public final class Instance {
  private final String id;
  private final URI api;
  private final Breaker breaker;
  private final AtomicInteger inFlight = new AtomicInteger();

  Instance(String id, URI api, Duration breakerOpen, Clock clock) {
    this.id = id;
    this.api = api;
    this.breaker = new Breaker(id, breakerOpen, clock);
  }

  /// The node's id; the authority of a static route.
  public String id() {
    return id;
  }

  URI api() {
    return api;
  }

  /// Host and port, as messages name them.
  public @Nullable String authority() {
    return api.getAuthority();
  }

  /// Where a capability's calls go.
  public URI stepUrl(String capability) {
    String base = api.toString();
    return URI.create((base.endsWith("/") ? base : base + "/") + "v1/steps/" + capability);
  }

  /// The call that [RoutingTable#choose] has let begin is over.
  public void ended(Outcome outcome) {
    inFlight.decrementAndGet();
    breaker.ended(outcome);
  }

  /// Calls that are under way.
  public int inFlight() {
    return inFlight.get();
  }

  /// 0 closed, 1 half-open, 2 open.
  public int breakerState() {
    return breaker.state();
  }

  boolean mayBegin() {
    return breaker.mayPass();
  }

  boolean tryBegin() {
    if (!breaker.tryPass()) {
      return false;
    }
    inFlight.incrementAndGet();
    return true;
  }
}
