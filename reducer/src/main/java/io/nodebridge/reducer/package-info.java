/// Folds workflow events into Postgres, exactly once, and serves what was committed.
///
/// The way of the data is the order of the packages: [io.nodebridge.reducer.poll] reads the log,
/// [io.nodebridge.reducer.commit] takes what waits as a batch, [io.nodebridge.reducer.fold] turns
/// it, purely, into changes, [io.nodebridge.reducer.store] writes them in one transaction, and
/// [io.nodebridge.reducer.serve] answers readers. Start with
/// [io.nodebridge.reducer.store.BatchStore].
@NullMarked
package io.nodebridge.reducer;

import org.jspecify.annotations.NullMarked;
