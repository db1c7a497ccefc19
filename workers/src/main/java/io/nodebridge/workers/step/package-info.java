/// What every worker has: the step protocol's server side, with its bound, its memory and its
/// meters.
@NullMarked
package io.nodebridge.workers.step;

import org.jspecify.annotations.NullMarked;
