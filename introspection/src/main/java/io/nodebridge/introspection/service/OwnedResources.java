package io.nodebridge.introspection.service;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a process has opened, closed in reverse order; a part that fails to close does not keep the
/// others open.
public final class OwnedResources implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedResources.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  public <T extends AutoCloseable> T own(T resource) {
    opened.push(resource);
    return resource;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable resource = opened.pop();
      try {
        resource.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.atWarn()
            .setCause(e)
            .addKeyValue("part", resource.getClass().getSimpleName())
            .log("a part did not close cleanly");
      }
    }
  }
}
