package io.nodebridge.orchestrator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class PackagesTest {
  @Test
  void theDecisionIsPure() {
    classes()
        .that()
        .resideInAPackage("..orchestrator.decide..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "org.jspecify..", "io.nodebridge.events..", "..orchestrator.decide..")
        .check(
            new ClassFileImporter()
                // ArchUnit's own option does not know the output folder of -Dquick.
                .withImportOption(location -> !location.contains("/test-classes/"))
                .importPackages("io.nodebridge.orchestrator"));
  }
}
