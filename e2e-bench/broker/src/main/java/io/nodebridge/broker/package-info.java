/// A real Kafka broker as a child process of the rig, for machines without containers.
@NullMarked
package io.nodebridge.broker;

import org.jspecify.annotations.NullMarked;
