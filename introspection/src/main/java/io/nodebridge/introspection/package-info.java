/// What makes a process a node of NodeBridge, and the registry that watches the nodes.
///
/// Start with [io.nodebridge.introspection.service.ServiceProcess] (how a service begins and ends),
/// then [io.nodebridge.introspection.node] (how it announces itself and beats) and
/// [io.nodebridge.introspection.registry] (who folds the beats). Depends on `events` only.
@NullMarked
package io.nodebridge.introspection;

import org.jspecify.annotations.NullMarked;
