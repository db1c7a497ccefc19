/// Settings from the environment: one catalogue for all services, every problem reported at once.
@NullMarked
package io.nodebridge.introspection.config;

import org.jspecify.annotations.NullMarked;
