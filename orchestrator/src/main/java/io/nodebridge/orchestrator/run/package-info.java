/// What a partition's owner does: claims it, polls requests, runs steps, appends events, commits
/// offsets.
@NullMarked
package io.nodebridge.orchestrator.run;

import org.jspecify.annotations.NullMarked;
