import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/// Runs google-java-format over every source of the project: `check` fails on what is not
/// formatted, `apply` formats it. Started by the root POM with the formatter on the class path.
class Format {
  public static void main(String[] args) throws IOException {
    boolean apply = args[0].equals("apply");
    List<String> arguments =
        new ArrayList<>(apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    try (Stream<Path> files = Files.walk(Path.of(""))) {
      files
          .map(Path::toString)
          .filter(file -> file.endsWith(".java") && file.contains("src/"))
          .filter(file -> !file.contains("target/"))
          .forEach(arguments::add);
    }
    int exit =
        ToolProvider.findFirst("google-java-format")
            .orElseThrow()
            .run(
                new PrintWriter(System.out, true),
                new PrintWriter(System.err, true),
                arguments.toArray(String[]::new));
    if (!apply && exit != 0) {
      System.err.println("These are not formatted: mvn -N generate-sources -Dformat=apply mends it");
    }
    System.exit(exit);
  }
}
