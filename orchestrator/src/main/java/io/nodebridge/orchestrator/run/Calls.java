package io.nodebridge.orchestrator.run;

import java.util.ArrayList;
import java.util.List;

/// The threads that wait for workers on behalf of one workflow. When it is over, be it cancelled,
/// late or failed by another step, whoever still waits is woken: nobody wants the answer.
final class Calls {
  private final List<Thread> threads = new ArrayList<>();
  private boolean over;

  /// The calling thread is going to wait.
  ///
  /// @return false if it need not, because the workflow is over
  synchronized boolean begin() {
    if (!over) {
      threads.add(Thread.currentThread());
    }
    return !over;
  }

  /// The calling thread waits no more; from now on it is not interrupted.
  synchronized void end() {
    threads.remove(Thread.currentThread());
  }

  synchronized void giveUp() {
    over = true;
    threads.forEach(Thread::interrupt);
  }
}
