package io.nodebridge.systemtests;

/// Keeps every core of this machine busy until it is closed.
final class FullLoad implements AutoCloseable {
  private volatile boolean stopping;

  private FullLoad() {}

  static FullLoad ofEveryCore() {
    FullLoad load = new FullLoad();
    for (int core = 0; core < Runtime.getRuntime().availableProcessors(); core++) {
      Thread.ofPlatform().name("full-load-" + core).daemon().start(load::spin);
    }
    return load;
  }

  private void spin() {
    while (!stopping) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    stopping = true;
  }
}
