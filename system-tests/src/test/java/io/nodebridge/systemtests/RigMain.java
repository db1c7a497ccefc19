package io.nodebridge.systemtests;

import io.nodebridge.bench.stack.Places;
import io.nodebridge.bench.stack.Stack;
import io.nodebridge.bench.stack.Stacks;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// A rig that has its stack up and is then busy for ever; only a signal ends it.
final class RigMain {
  private RigMain() {}

  public static void main(String[] args) throws Exception {
    try (Stack stack = Stacks.start(Places.fromSystemProperties(), TestStacks.settings(Map.of()))) {
      System.out.println("up " + stack.provider());
      new CountDownLatch(1).await();
    }
  }
}
