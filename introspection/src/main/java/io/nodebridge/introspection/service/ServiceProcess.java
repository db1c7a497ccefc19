package io.nodebridge.introspection.service;

import io.nodebridge.introspection.config.ConfigurationException;
import io.nodebridge.introspection.config.Setting;
import io.nodebridge.introspection.config.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// The life of a service's process: configuration, start, wait, orderly stop.
///
/// Exit codes: 0 after SIGTERM and a clean stop, 1 if it failed or could not close in time, 2 for a
/// wrong configuration.
public final class ServiceProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);

  private static final String CHECK = "--check-config";

  // Within the 30 s that Kubernetes and our Compose file give.
  private static final Duration STOP_LIMIT = Duration.ofSeconds(25);

  private ServiceProcess() {}

  /// Opens a service's parts into the resources it is given; returns when they serve.
  @FunctionalInterface
  public interface Start {
    void open(Settings settings, OwnedResources resources) throws Exception;
  }

  /// The same from what a service made of its settings.
  @FunctionalInterface
  public interface Open<C> {
    void open(C configuration, OwnedResources resources) throws Exception;
  }

  /// Runs the service until it is told to stop; with `--check-config` only reads its configuration,
  /// and ends with 0 or 2. Does not return before.
  ///
  /// @param read what the settings say, opening nothing; a `ConfigurationException` has all that is
  ///   wrong
  public static <C> void run(
      String name,
      String[] arguments,
      Map<String, String> environment,
      Function<Settings, C> read,
      Open<C> open) {
    if (arguments.length == 0) {
      run(name, environment, (settings, resources) -> open.open(read.apply(settings), resources));
    } else if (arguments.length == 1 && arguments[0].equals(CHECK)) {
      System.exit(check(name, environment, read));
    } else {
      System.err.printf(
          "%s: \"%s\" is no argument: must be %s or none; settings come from the environment%n",
          name, String.join(" ", arguments), CHECK);
      System.exit(2);
    }
  }

  private static int check(
      String name, Map<String, String> environment, Function<Settings, ?> read) {
    try {
      var _ = read.apply(new Settings(environment));
      System.out.println(name + ": the configuration keeps every rule");
      return 0;
    } catch (ConfigurationException e) {
      System.err.println(name + ": " + e.getMessage());
      return 2;
    }
  }

  /// Runs the service until it is told to stop. Does not return before.
  public static void run(String name, Map<String, String> environment, Start start) {
    logEverythingAlike();
    OwnedResources resources = new OwnedResources();
    AtomicInteger status = new AtomicInteger();
    AtomicBoolean stopping = new AtomicBoolean();
    Runtime.getRuntime().addShutdownHook(orderlyStop(resources, stopping, status));
    endWhenAThreadDies(status);
    try {
      Settings settings = new Settings(environment);
      if (settings.flag(Setting.NODEBRIDGE_EXIT_WITH_PARENT)) {
        endWhenInputCloses();
      }
      start.open(settings, resources);
      LOG.atInfo().addKeyValue("service", name).log("service is up");
      Thread.currentThread().join();
    } catch (ConfigurationException e) {
      System.err.println(name + ": " + e.getMessage());
      exit(2, status);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      if (stopping.get()) {
        return;
      }
      LOG.atError().setCause(e).addKeyValue("service", name).log("service could not start");
      System.err.println(name + ": could not start: " + e.getMessage());
      exit(1, status);
    }
  }

  // Halts by itself: a JVM ended by a signal would report it as 143 after a clean stop. Where the
  // broker is gone, a part may wait for it longer than a supervisor waits for us.
  private static Thread orderlyStop(
      OwnedResources resources, AtomicBoolean stopping, AtomicInteger status) {
    return Thread.ofPlatform()
        .name("shutdown")
        .unstarted(
            () -> {
              stopping.set(true);
              Thread closing = Thread.ofPlatform().name("closing").start(resources::close);
              try {
                if (!closing.join(STOP_LIMIT)) {
                  LOG.error("not closed within {} s, ended as it is", STOP_LIMIT.toSeconds());
                  status.compareAndSet(0, 1);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Runtime.getRuntime().halt(status.get());
            });
  }

  private static void exit(int code, AtomicInteger status) {
    status.set(code);
    System.exit(code);
  }

  // A service without one of its loops would look alive and do nothing; whoever supervises it
  // starts it again. The exit is on a thread of its own, since stopping waits for the one that
  // died.
  private static void endWhenAThreadDies(AtomicInteger status) {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          LOG.atError().setCause(e).addKeyValue("thread", thread.getName()).log("a thread died");
          Thread.ofPlatform().name("exit").start(() -> exit(1, status));
        });
  }

  // Helidon and pgjdbc log through the JDK, past our level and format, unless they are led here.
  private static void logEverythingAlike() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  // A parent that was killed cannot say good-bye; the pipe it held does. So does one that stops us.
  private static void endWhenInputCloses() {
    Thread.ofPlatform()
        .name("parent-watch")
        .daemon()
        .start(
            () -> {
              try {
                while (System.in.read() != -1) {
                  // nothing is expected on standard input
                }
              } catch (IOException e) {
                LOG.debug("standard input broke", e);
              }
              System.exit(0);
            });
  }
}
