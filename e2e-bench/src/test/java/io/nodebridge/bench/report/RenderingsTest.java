package io.nodebridge.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.measure.Distribution;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.DoubleHistogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class RenderingsTest {
  private static final String HOSTILE = "a|b\n| `x` [link](y) <b> \\| end \u0000 & \"";
  private static final Results RUN =
      Runs.of(
          Runs.judged(
              "fast",
              Verdict.PASS,
              new double[] {1, 2, 3},
              List.of(),
              List.of(Runs.limit("p95_ms", 10, 3))),
          Runs.benchmark("other", 7, 8, 9),
          Runs.wrong("wrong", new Check(HOSTILE, "0", "13", false)));

  @Test
  void markdownHasALineForEachBenchmark() {
    assertThat(MarkdownReport.of(RUN))
        .startsWith("## FAIL\n\n1 of 3 failed. wrong: ")
        .contains(
            "| fast | PASS | 2.00 ms | 3.00 ms | C | × 4.00 | p95 is 3.00 ms, at most 10.0 ms |\n");
  }

  @Test
  void hostileTextStaysInItsCell() {
    assertThat(MarkdownReport.of(RUN)).doesNotContain("<b>", "a|b", "[link]");
    List<String> rows =
        MarkdownReport.of(RUN).lines().filter(line -> line.startsWith("| wrong")).toList();

    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst()).contains("a\\|b \\| \\`x\\` \\[link\\](y) \\<b\\> \\\\\\| end");
  }

  @Test
  void junitTellsFailuresAndWhatIsNoPass() throws Exception {
    Element suite = parse(JunitFile.of(RUN)).getDocumentElement();

    assertThat(suite.getAttribute("tests")).isEqualTo("3");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("0");
    Element failure = (Element) suite.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message")).contains("<b>", "was 13");
  }

  @Test
  void aHistogramLogIsReadByItsOwnReader() {
    String samples = Distribution.encode(new double[] {1, 2, 3});
    String log = HistogramLog.of("fast", samples);

    HistogramLogReader reader =
        new HistogramLogReader(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
    DoubleHistogram read = (DoubleHistogram) reader.nextIntervalHistogram();
    assertThat(read.getTotalCount()).isEqualTo(3);
    assertThat(read.getMaxValue()).isBetween(3.0, 3.01);
    assertThat(log).isEqualTo(HistogramLog.of("fast", samples));
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }
}
