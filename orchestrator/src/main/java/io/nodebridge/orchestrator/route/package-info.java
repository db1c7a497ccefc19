/// Which instance is asked for a capability: the table of live instances, their breakers, and the
/// choice among them. Start with [io.nodebridge.orchestrator.route.RoutingTable]. No I/O in here;
/// what the table knows, [io.nodebridge.orchestrator.watch] tells it.
@NullMarked
package io.nodebridge.orchestrator.route;

import org.jspecify.annotations.NullMarked;
