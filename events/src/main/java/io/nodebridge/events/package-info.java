/// The wire contract: every message that travels between modules, its headers, ids and topics.
///
/// Start with [io.nodebridge.events.message.WorkflowEvent], then
/// [io.nodebridge.events.envelope.Envelope] (what travels beside a value) and
/// [io.nodebridge.events.kafka.Topic] (where it travels). Depends on no other module.
@NullMarked
package io.nodebridge.events;

import org.jspecify.annotations.NullMarked;
