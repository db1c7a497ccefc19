/// The truth in Postgres: one transaction for a batch's position, rows, sums and dead letters.
@NullMarked
package io.nodebridge.reducer.store;

import org.jspecify.annotations.NullMarked;
