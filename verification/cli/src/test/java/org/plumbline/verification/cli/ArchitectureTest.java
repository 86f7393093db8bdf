package org.plumbline.verification.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The command line needs the library, what measures, and three libraries that no other module sees. */
class ArchitectureTest {
    private static final JavaClasses MODULE = new ClassFileImporter().importPath(Path.of("target", "classes"));

    @Test
    void itStandsOnTheLibraryAndOnWhatMeasures() {
        classes().should().onlyDependOnClassesThat(resideInAnyPackage(
                "org.plumbline..", "java..", "com.sun.management..", "com.sun.net.httpserver..", "picocli..",
                "org.apache.lucene..", "org.jspecify..", "tools.jackson..", "dev.hardwood.."))
                .check(MODULE);
    }

    /** So that another reader can take its place. */
    @Test
    void onlyTheReaderOfParquetUsesHardwood() {
        noClasses().that().haveSimpleNameNotStartingWith("Parquet")
                .should().dependOnClassesThat().resideInAnyPackage("dev.hardwood..").check(MODULE);
    }

    /** A server knows questions and pages, and no option; only the command knows the model. */
    @Test
    void theServerStandsAlone() {
        noClasses().that().resideInAPackage("org.plumbline.verification.serve").should().dependOnClassesThat()
                .resideInAnyPackage("org.plumbline.verification.cli..", "picocli..").check(MODULE);
        noClasses().that().resideOutsideOfPackage("org.plumbline.verification.serve").should().dependOnClassesThat()
                .resideInAnyPackage("com.sun.net.httpserver..", "tools.jackson..").check(MODULE);
    }

    /** It is found through {@link java.util.ServiceLoader}, and may be absent. */
    @Test
    void itDoesNotKnowTheGpuEngine() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage("org.plumbline.tornado..").check(MODULE);
    }

    /** Whoever runs commands ships no laws and no benchmarks. */
    @Test
    void itNeedsNoTests() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage(
                "org.plumbline.verification.laws..", "org.plumbline.verification.benchmark..").check(MODULE);
    }
}
