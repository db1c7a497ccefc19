package io.nodebridge.introspection.service;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a process has opened, closed in reverse order; a part that fails to close does not keep the
/// others open.
public final class OwnedResources implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedResources.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private boolean closed;

  /// Keeps the resource open until [#close()].
  ///
  /// @throws IllegalStateException if that has happened: a service told to stop while it starts.
  ///   The resource is closed.
  public <T extends AutoCloseable> T own(T resource) {
    synchronized (opened) {
      opened.push(resource);
      if (!closed) {
        return resource;
      }
    }
    close();
    throw new IllegalStateException("stopped while starting");
  }

  @Override
  public void close() {
    for (AutoCloseable next = next(); next != null; next = next()) {
      try {
        next.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.atWarn()
            .setCause(e)
            .addKeyValue("part", next.getClass().getSimpleName())
            .log("a part did not close cleanly");
      }
    }
  }

  private @Nullable AutoCloseable next() {
    synchronized (opened) {
      closed = true;
      return opened.poll();
    }
  }
}
