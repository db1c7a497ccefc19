/// The pure core: a batch of log entries becomes changes of rows. Imports the JDK and `events`
/// only.
@NullMarked
package io.nodebridge.reducer.fold;

import org.jspecify.annotations.NullMarked;
