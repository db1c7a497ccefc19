package io.nodebridge.bench;

import io.nodebridge.bench.benchmark.ResourceCollection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("performance")
@ExtendWith(RigRun.Extension.class)
class ResourceCollectionIT {
  @Test
  void resourceInfoCachingEffectiveness(BenchmarkRun run) throws InterruptedException {
    run.pass(ResourceCollection.caching());
  }

  @Test
  void concurrentResourceCollection(BenchmarkRun run) throws InterruptedException {
    run.pass(ResourceCollection.concurrent());
  }
}
