/// Folds what was polled and commits it, on a thread of its own: what arrives while a commit runs
/// is the next batch.
@NullMarked
package io.nodebridge.reducer.commit;

import org.jspecify.annotations.NullMarked;
