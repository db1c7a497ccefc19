/// What services that write to Postgres have in common.
@NullMarked
package io.nodebridge.introspection.postgres;

import org.jspecify.annotations.NullMarked;
