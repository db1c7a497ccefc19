package io.nodebridge.orchestrator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class PackagesTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          // ArchUnit's own option does not know the output folder of -Dquick.
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("io.nodebridge.orchestrator");

  @Test
  void theRoutingTableAndTheChoiceArePure() {
    classes()
        .that()
        .resideInAnyPackage("..orchestrator.route..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.jspecify..",
            "io.github.resilience4j..",
            "io.nodebridge.events..",
            "..orchestrator.route..")
        .check(classes);
  }

  @Test
  void theDecisionAndThePartitionsMemoryArePure() {
    classes()
        .that()
        .resideInAnyPackage("..orchestrator.decide..", "..orchestrator.own..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.jspecify..",
            "io.nodebridge.events..",
            "..orchestrator.decide..",
            "..orchestrator.own..")
        .check(classes);
  }
}
