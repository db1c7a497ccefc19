/// The topics as data, and the client settings that every module shares.
@NullMarked
package io.nodebridge.events.kafka;

import org.jspecify.annotations.NullMarked;
