/// How a process starts, owns its resources, and stops.
@NullMarked
package io.nodebridge.introspection.service;

import org.jspecify.annotations.NullMarked;
