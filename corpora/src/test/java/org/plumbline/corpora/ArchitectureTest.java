package org.plumbline.corpora;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Corpora need nothing but Java. */
class ArchitectureTest {
    private static final JavaClasses MODULE = new ClassFileImporter().importPath(Path.of("target", "classes"));

    @Test
    void theyStandOnNothing() {
        classes().should().onlyDependOnClassesThat(resideInAnyPackage("org.plumbline.corpora..", "java.."))
                .check(MODULE);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("org.plumbline.(**)").should().beFreeOfCycles().check(MODULE);
    }
}
