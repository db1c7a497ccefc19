/// What travels beside a value as Kafka headers: CloudEvents attributes and our own `nb_*` fields.
@NullMarked
package io.nodebridge.events.envelope;

import org.jspecify.annotations.NullMarked;
