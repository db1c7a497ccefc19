package io.nodebridge.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodebridge.bench.measure.Check;
import io.nodebridge.bench.report.Report;
import io.nodebridge.bench.report.Results;
import io.nodebridge.bench.report.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/// The report, of a real run that passed and of what can become of one, in a real browser. Skipped
/// where Debian's `chromium` and `chromium-driver` are not installed.
class ReportInBrowserIT {
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final String HOSTILE =
      "'\"><script>document.title='broken'</script>" + "w".repeat(300);
  private static final String LOOK =
      """
      const root = document.documentElement;
      return root.scrollWidth - root.clientWidth;
      """;
  private static final String ROWS =
      """
      return [...document.querySelectorAll('.sortable tbody tr')]
        .map(row => [row.getBoundingClientRect().top, row.querySelector('th').textContent])
        .sort((a, b) => a[0] - b[0])
        .map(row => row[1]);
      """;
  private static final String JUDGE =
      """
      const done = arguments[arguments.length - 1];
      axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})
        .then(found => done(found.violations.map(v => v.id + ': ' + v.nodes[0].html)));
      """;

  @TempDir private static Path folder;

  private static @Nullable ChromeDriver started;
  private static List<Path> pages = List.of();

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Files.isExecutable(DRIVER), "chromium-driver is not installed");
    Results green;
    try (InputStream json =
        Objects.requireNonNull(ReportInBrowserIT.class.getResourceAsStream("/report/green.json"))) {
      green = Report.read(Files.write(folder.resolve("green.json"), json.readAllBytes()));
    }
    pages =
        List.of(
            page("green", green),
            page("red", with(green, Verdict.FAIL, "rows", "2000", "1999")),
            page("busy", with(green, Verdict.BUSY, "longestWaitMs", "≤ 100", "152")),
            page("hostile", with(green, Verdict.ERROR, HOSTILE, HOSTILE, HOSTILE)));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu");
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
    started = new ChromeDriver(service, options);
  }

  @AfterAll
  static void stop() {
    if (started != null) {
      started.quit();
    }
  }

  @Test
  void nothingOverflowsOnADeskOrAPhone() {
    for (Path page : pages) {
      for (int width : new int[] {1280, 390}) {
        open(page, width, false);
        assertThat(number(LOOK)).as("%s at %d px: pixels too wide", page, width).isZero();
        keepPicture(page, width);
      }
    }
  }

  @Test
  void nothingIsLoadedAndNothingIsComplainedOf() {
    for (Path page : pages) {
      open(page, 1280, false);
      assertThat(browser().getTitle()).startsWith("NodeBridge: ");
      assertThat(browser().manage().logs().get(LogType.BROWSER).getAll()).as("console").isEmpty();
      assertThat(number("return performance.getEntriesByType('resource').length"))
          .as("what was loaded besides the page")
          .isZero();
    }
  }

  @Test
  void theTableIsSortedByWhatIsChosenAlsoByKeyboard() {
    open(pages.getFirst(), 1280, false);
    List<String> asRun = rows();

    browser().findElement(By.id("by-name")).click();
    assertThat(rows()).isNotEqualTo(asRun).isSorted().hasSameElementsAs(asRun);

    WebElement byName = browser().findElement(By.id("by-name"));
    byName.sendKeys(Keys.ARROW_LEFT);
    assertThat(rows()).isEqualTo(asRun);
  }

  @Test
  void itHoldsForThoseWhoSeeOrReadItOtherwise() throws Exception {
    String axe;
    try (InputStream script =
        Objects.requireNonNull(ReportInBrowserIT.class.getResourceAsStream("/axe.min.js"))) {
      axe = new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
    // A page takes seconds; these two have every section, and the colours of three verdicts.
    for (Path page : List.of(pages.get(1), pages.get(2))) {
      for (boolean dark : new boolean[] {false, true}) {
        open(page, 1280, dark);
        browser().executeScript(axe);
        assertThat(browser().executeAsyncScript(JUDGE))
            .as("%s, %s", page, dark ? "dark" : "light")
            .isEqualTo(List.of());
      }
    }
  }

  private static ChromeDriver browser() {
    return Objects.requireNonNull(started);
  }

  private static void open(Path page, int width, boolean dark) {
    browser()
        .executeCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    browser()
        .executeCdpCommand(
            "Emulation.setEmulatedMedia",
            Map.of(
                "features",
                List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    browser().get(page.toUri().toString());
  }

  private static long number(String script) {
    return ((Number) Objects.requireNonNull(browser().executeScript(script))).longValue();
  }

  private static List<String> rows() {
    List<String> names = new ArrayList<>();
    for (Object name : (List<?>) Objects.requireNonNull(browser().executeScript(ROWS))) {
      names.add(name.toString());
    }
    return names;
  }

  // For whoever wants to look: beside the test's other files.
  private static void keepPicture(Path page, int width) {
    Path pictures = Path.of(System.getProperty("nodebridge.results")).resolveSibling("report");
    try {
      Files.createDirectories(pictures);
      String name = page.getParent().getFileName() + "-" + width + ".png";
      Files.write(pictures.resolve(name), browser().getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path page(String name, Results results) throws Exception {
    Report.render(results, folder.resolve(name));
    return folder.resolve(name).resolve(Report.PAGE);
  }

  // The pipeline did not go as it should, by a check.
  private static Results with(
      Results green, Verdict verdict, String check, String expected, String actual) {
    List<Results.Benchmark> benchmarks =
        green.benchmarks().stream()
            .map(
                b ->
                    b.name().equals("complete_workflow_pipeline")
                        ? spoiled(b, verdict, new Check(check, expected, actual, false))
                        : b)
            .toList();
    return new Results(
        green.schema(),
        green.provider(),
        green.profile(),
        green.measuring(),
        green.machine(),
        green.health(),
        green.commit(),
        verdict,
        benchmarks);
  }

  private static Results.Benchmark spoiled(Results.Benchmark b, Verdict verdict, Check check) {
    return new Results.Benchmark(
        b.name(),
        b.group(),
        b.category(),
        b.size(),
        b.command(),
        b.unit(),
        b.samples(),
        b.rounds(),
        b.iterations(),
        b.forks(),
        b.steady(),
        verdict,
        verdict == Verdict.BUSY ? b.stats() : null,
        null,
        b.floor(),
        b.hops(),
        b.intervals(),
        Stream.concat(b.checks().stream(), Stream.of(check)).toList(),
        b.thresholds(),
        b.series(),
        b.histogram(),
        null,
        b.extra());
  }
}
