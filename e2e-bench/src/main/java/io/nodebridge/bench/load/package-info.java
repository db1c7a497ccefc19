/// Sends requests at intended times and keeps the client's own ledger of what was promised.
@NullMarked
package io.nodebridge.bench.load;

import org.jspecify.annotations.NullMarked;
