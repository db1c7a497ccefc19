package io.nodebridge.reducer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class PackagesTest {
  private static final JavaClasses REDUCER =
      new ClassFileImporter()
          // ArchUnit's own option does not know the output folder of -Dquick.
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("io.nodebridge.reducer");

  @Test
  void theFoldIsPure() {
    classes()
        .that()
        .resideInAPackage("..reducer.fold..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "org.jspecify..", "io.nodebridge.events..", "io.nodebridge.reducer.fold..")
        .check(REDUCER);
  }

  @Test
  void theStoreKnowsNothingOfTheLog() {
    noClasses()
        .that()
        .resideInAPackage("..reducer.store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "..reducer.poll..", "..reducer.serve..")
        .check(REDUCER);
  }
}
