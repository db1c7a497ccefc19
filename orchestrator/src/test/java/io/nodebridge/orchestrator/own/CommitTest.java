package io.nodebridge.orchestrator.own;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.events.envelope.Claim;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitTest {
  @Test
  void whatIsWrittenIsRead() {
    for (Commit commit :
        List.of(
            new Commit(7, new Claim(1, 12), 99, new Claim(1, 11)),
            new Commit(0, new Claim(2, 1), 0, null))) {
      assertThat(Commit.read(commit.offset(), commit.metadata())).isEqualTo(commit);
    }
  }

  @Test
  void anotherToolsMetadataIsNotOurs() {
    for (String metadata :
        new String[] {null, "", "1.2", "1.2 x -", "1 2 3", "1.2 3 4", "a.b 1 -"}) {
      assertThat(Commit.read(1, metadata)).as(metadata).isNull();
    }
  }
}
