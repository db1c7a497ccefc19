/// Workflow definitions: read from YAML, checked as a whole, and found by name and version.
@NullMarked
package io.nodebridge.orchestrator.define;

import org.jspecify.annotations.NullMarked;
