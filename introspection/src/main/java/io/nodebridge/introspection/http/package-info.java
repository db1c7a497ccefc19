/// The one seam to the HTTP server: health, metrics, and errors as RFC 9457 problems.
@NullMarked
package io.nodebridge.introspection.http;

import org.jspecify.annotations.NullMarked;
