/// Real step services behind the step protocol. [io.nodebridge.workers.stamping] hashes content;
/// more workers stand beside it.
@NullMarked
package io.nodebridge.workers;

import org.jspecify.annotations.NullMarked;
