package io.nodebridge.bench.report;

import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// `junit.xml`: each benchmark as a test, for what reads those. BUSY and UNSURE are skipped tests:
/// no pass, and no failure.
final class JunitFile {
  private static final double MILLIS_A_SECOND = 1e3;

  private JunitFile() {}

  static String of(Results results) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      suite(xml, results.benchmarks());
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a StringWriter takes everything", e);
    }
    return text + "\n";
  }

  private static void suite(XMLStreamWriter xml, List<Results.Benchmark> benchmarks)
      throws XMLStreamException {
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "nodebridge");
    xml.writeAttribute("tests", "" + benchmarks.size());
    xml.writeAttribute("failures", "" + count(benchmarks, List.of(Verdict.FAIL)));
    xml.writeAttribute("errors", "" + count(benchmarks, List.of(Verdict.ERROR)));
    xml.writeAttribute("skipped", "" + count(benchmarks, List.of(Verdict.BUSY, Verdict.UNSURE)));
    for (Results.Benchmark benchmark : benchmarks) {
      xml.writeCharacters("\n  ");
      test(xml, benchmark);
    }
    xml.writeCharacters("\n");
    xml.writeEndElement();
  }

  private static long count(List<Results.Benchmark> benchmarks, List<Verdict> verdicts) {
    return benchmarks.stream().filter(b -> verdicts.contains(b.verdict())).count();
  }

  private static void test(XMLStreamWriter xml, Results.Benchmark benchmark)
      throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "nodebridge." + benchmark.group());
    xml.writeAttribute("name", benchmark.name());
    if (benchmark.stats() != null) {
      double seconds = benchmark.stats().median() / MILLIS_A_SECOND;
      xml.writeAttribute("time", String.format(Locale.ROOT, "%.9f", seconds));
    }
    String outcome =
        switch (benchmark.verdict()) {
          case PASS -> null;
          case FAIL -> "failure";
          case ERROR -> "error";
          case BUSY, UNSURE -> "skipped";
        };
    if (outcome != null) {
      xml.writeEmptyElement(outcome);
      xml.writeAttribute("message", printable(Headline.reason(benchmark)));
    }
    xml.writeEndElement();
  }

  // XML has no way to write the rest.
  private static String printable(String text) {
    return text.replaceAll("[^\\x09\\x0a\\x0d\\x20-\\ud7ff\\ue000-\\ufffd]", "\ufffd");
  }
}
