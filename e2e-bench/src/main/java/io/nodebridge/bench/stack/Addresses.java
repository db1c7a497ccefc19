package io.nodebridge.bench.stack;

import java.net.URI;

/// Where the parts of a stack that others started answer; its database is in `DATABASE_URL`, since
/// a password is no option.
///
/// @param kafka `host:port`, more of them behind commas
public record Addresses(URI orchestrator, URI reducer, URI registry, String kafka) {}
