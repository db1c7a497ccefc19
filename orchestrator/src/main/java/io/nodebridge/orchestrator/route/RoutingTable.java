package io.nodebridge.orchestrator.route;

import io.nodebridge.events.message.NodeState;
import io.nodebridge.events.message.NodeStatus;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The live instances by capability, and the choice among them.
///
/// A choice takes the less busy of two random candidates whose breakers let calls through: nearly
/// as even as asking all of them, at a cost that does not grow with them, and without the herd that
/// runs to the one idle instance (Mitzenmacher, "The power of two choices in randomized load
/// balancing", 2001). It reads an array that nobody changes; the registry's verdicts make a new
/// one.
///
/// An instance is one life of a node. Who is no longer alive leaves the table and takes its breaker
/// along, so a node that comes back is not held to what its former life did.
public final class RoutingTable {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private record Alive(Instance instance, long incarnation, List<String> capabilities) {
    boolean is(NodeState state, URI api) {
      return incarnation == state.incarnation() && instance.api().equals(api);
    }
  }

  private final Map<String, Instance> statics = new HashMap<>();
  private final Duration breakerOpen;
  private final Clock clock;
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by the lock.
  private final Map<String, Alive> alive = new HashMap<>();

  private volatile Map<String, Instance[]> candidates;

  /// @param routes where a capability's calls go as long as no live node has it
  /// @param breakerOpen how long an open breaker keeps calls away
  public RoutingTable(Map<String, URI> routes, Duration breakerOpen, Clock clock) {
    this.breakerOpen = breakerOpen;
    this.clock = clock;
    Map<URI, Instance> instances = new HashMap<>();
    routes.forEach(
        (capability, api) ->
            statics.put(
                capability,
                instances.computeIfAbsent(
                    api, _ -> new Instance(api.getAuthority(), api, breakerOpen, clock))));
    this.candidates = byCapability();
  }

  /// Takes verdicts over, in their order.
  ///
  /// @return whether an instance came or went
  public boolean apply(List<Verdict> verdicts) {
    lock.lock();
    try {
      boolean differs = false;
      for (Verdict verdict : verdicts) {
        differs |= apply(verdict);
      }
      if (differs) {
        candidates = byCapability();
        changed.signalAll();
      }
      return differs;
    } finally {
      lock.unlock();
    }
  }

  private boolean apply(Verdict verdict) {
    NodeState state = verdict.state();
    Alive known = alive.get(verdict.nodeId());
    if (state != null && known != null && state.incarnation() < known.incarnation()) {
      return false; // of a life that is over
    }
    URI api = state == null || state.status() != NodeStatus.ALIVE ? null : addressOf(state);
    if (state == null || api == null) {
      return alive.remove(verdict.nodeId()) != null;
    }
    Instance same = known != null && known.is(state, api) ? known.instance() : null;
    Alive now =
        new Alive(
            same == null ? new Instance(verdict.nodeId(), api, breakerOpen, clock) : same,
            state.incarnation(),
            state.capabilities());
    return !now.equals(alive.put(verdict.nodeId(), now));
  }

  // A node without a usable address can be alive and cannot be asked for anything.
  private static @Nullable URI addressOf(NodeState state) {
    String api = state.endpoints() == null ? null : state.endpoints().api();
    try {
      URI url = api == null ? null : URI.create(api);
      return url != null && "http".equals(url.getScheme()) && url.getHost() != null ? url : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private Map<String, Instance[]> byCapability() {
    Map<String, List<Instance>> lists = new HashMap<>();
    for (Alive node : alive.values()) {
      for (String capability : Set.copyOf(node.capabilities())) {
        lists.computeIfAbsent(capability, _ -> new ArrayList<>()).add(node.instance());
      }
    }
    statics.forEach((capability, instance) -> lists.putIfAbsent(capability, List.of(instance)));
    Map<String, Instance[]> arrays = new HashMap<>();
    lists.forEach((capability, list) -> arrays.put(capability, list.toArray(Instance[]::new)));
    return Map.copyOf(arrays);
  }

  /// Chooses who is asked and counts the call; [Instance#ended] has to follow.
  ///
  /// @param avoid the id of the instance that failed before: taken only if there is no other
  /// @return null if no instance has the capability, or no breaker lets a call through
  public @Nullable Instance choose(String capability, @Nullable String avoid) {
    Instance[] among = candidates.get(capability);
    if (among == null) {
      return null;
    }
    Instance chosen = lessBusyOfTwo(among, avoid);
    return chosen != null && chosen.tryBegin() ? chosen : anyOf(among, avoid);
  }

  private static @Nullable Instance lessBusyOfTwo(Instance[] among, @Nullable String avoid) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int count = among.length;
    int one = random.nextInt(count);
    Instance first = among[one];
    if (count == 1) {
      return suits(first, avoid) ? first : null;
    }
    Instance second = among[(one + 1 + random.nextInt(count - 1)) % count];
    if (!suits(first, avoid)) {
      return suits(second, avoid) ? second : null;
    }
    return second.inFlight() < first.inFlight() && suits(second, avoid) ? second : first;
  }

  private static boolean suits(Instance instance, @Nullable String avoid) {
    return !instance.id().equals(avoid) && instance.mayBegin();
  }

  private static @Nullable Instance anyOf(Instance[] among, @Nullable String avoid) {
    int start = ThreadLocalRandom.current().nextInt(among.length);
    Instance avoided = null;
    for (int i = 0; i < among.length; i++) {
      Instance next = among[(start + i) % among.length];
      if (next.id().equals(avoid)) {
        avoided = next;
      } else if (next.tryBegin()) {
        return next;
      }
    }
    return avoided != null && avoided.tryBegin() ? avoided : null;
  }

  /// [#choose], waiting for an instance to appear or a breaker to let a call through.
  ///
  /// @return null if none did within the limit
  public @Nullable Instance await(String capability, @Nullable String avoid, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    lock.lock();
    try {
      while (true) {
        Instance chosen = choose(capability, avoid);
        long left = end - System.nanoTime();
        if (chosen != null || left <= 0) {
          return chosen;
        }
        // A breaker's time passes without anybody telling.
        long _ = changed.awaitNanos(Math.min(left, LOOK_NANOS));
      }
    } finally {
      lock.unlock();
    }
  }

  /// How many instances a capability can be asked of, breakers aside.
  public Map<String, Integer> counts() {
    Map<String, Integer> counts = new HashMap<>();
    candidates.forEach((capability, among) -> counts.put(capability, among.length));
    return counts;
  }

  /// Every instance in the table, the static ones included.
  public Collection<Instance> instances() {
    lock.lock();
    try {
      List<Instance> all = new ArrayList<>(alive.values().stream().map(Alive::instance).toList());
      statics.values().stream().distinct().forEach(all::add);
      return all;
    } finally {
      lock.unlock();
    }
  }
}
