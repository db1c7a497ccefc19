package io.nodebridge.introspection.service;

import io.nodebridge.introspection.config.ConfigurationException;
import io.nodebridge.introspection.config.Setting;
import io.nodebridge.introspection.config.Settings;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// The life of a service's process: configuration, start, wait, orderly stop.
///
/// Exit codes: 0 after SIGTERM and a clean stop, 1 if it failed, 2 for a wrong configuration.
public final class ServiceProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);

  private ServiceProcess() {}

  /// Opens a service's parts into the resources it is given; returns when they serve.
  @FunctionalInterface
  public interface Start {
    void open(Settings settings, OwnedResources resources) throws Exception;
  }

  /// Runs the service until it is told to stop. Does not return before.
  public static void run(String name, Map<String, String> environment, Start start) {
    logEverythingAlike();
    OwnedResources resources = new OwnedResources();
    AtomicBoolean stopping = new AtomicBoolean();
    AtomicBoolean failed = new AtomicBoolean();
    endWhenAThreadDies(failed);
    try {
      Settings settings = new Settings(environment);
      boolean exitWithParent = settings.flag(Setting.NODEBRIDGE_EXIT_WITH_PARENT);
      start.open(settings, resources);
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("shutdown")
                  .unstarted(
                      () -> {
                        stopping.set(true);
                        resources.close();
                        // A JVM ended by a signal would report it as 143 after a clean stop.
                        Runtime.getRuntime().halt(failed.get() ? 1 : 0);
                      }));
      LOG.atInfo().addKeyValue("service", name).log("service is up");
      if (exitWithParent) {
        exitWhenInputCloses();
      }
      Thread.currentThread().join();
    } catch (ConfigurationException e) {
      System.err.println(name + ": " + e.getMessage());
      System.exit(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      if (stopping.get()) {
        return;
      }
      LOG.atError().setCause(e).addKeyValue("service", name).log("service could not start");
      System.err.println(name + ": could not start: " + e.getMessage());
      resources.close();
      System.exit(1);
    }
  }

  // A service without one of its loops would look alive and do nothing; whoever supervises it
  // starts
  // it again. The exit is on a thread of its own, since stopping waits for the one that died.
  private static void endWhenAThreadDies(AtomicBoolean failed) {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          LOG.atError().setCause(e).addKeyValue("thread", thread.getName()).log("a thread died");
          failed.set(true);
          Thread.ofPlatform().name("exit").start(() -> System.exit(1));
        });
  }

  // Helidon and pgjdbc log through the JDK, past our level and format, unless they are led here.
  private static void logEverythingAlike() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  // A parent that was killed cannot say good-bye; the pipe it held does.
  private static void exitWhenInputCloses() {
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
