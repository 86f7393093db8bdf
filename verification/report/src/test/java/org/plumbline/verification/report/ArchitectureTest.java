package org.plumbline.verification.report;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Pages need results and templates; what computes and the command line are not seen from here. */
class ArchitectureTest {
    private static final JavaClasses MODULE = new ClassFileImporter().importPath(Path.of("target", "classes"));

    @Test
    void itStandsOnResultsAndTemplates() {
        classes().should().onlyDependOnClassesThat(resideInAnyPackage(
                "org.plumbline.verification.report..", "org.plumbline.verification.[statistics|verify|ladder]..",
                "org.plumbline.influence..", "org.plumbline.io..", "org.plumbline.text..",
                "gg.jte..", "tools.jackson..", "org.jspecify..", "java..")).check(MODULE);
    }

    /** Everything that reaches a page goes through templates, which escape it. */
    @Test
    void templatesAreRenderedInOnePlace() {
        noClasses().that().doNotHaveSimpleName("PageWriter").and().resideInAPackage("org.plumbline.verification.report")
                .should().dependOnClassesThat().resideInAPackage("gg.jte..").check(MODULE);
    }
}
