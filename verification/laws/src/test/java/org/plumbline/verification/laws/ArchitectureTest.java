package org.plumbline.verification.laws;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The kit needs the library, JUnit, jqwik and Commons Math, and nothing else. */
class ArchitectureTest {
    private static final JavaClasses MODULE = new ClassFileImporter().importPath(Path.of("target", "classes"));

    /** The module {@code reference}. */
    private static final DescribedPredicate<JavaClass> LIBRARY = resideInAPackage("org.plumbline..").and(not(
            resideInAnyPackage("org.plumbline.verification..", "org.plumbline.tornado..", "org.plumbline.corpora..")));

    @Test
    void itStandsOnTheLibraryAndOnTestFrameworks() {
        classes().should().onlyDependOnClassesThat(LIBRARY.or(resideInAnyPackage(
                "org.plumbline.verification.laws..", "java..", "org.junit.jupiter.api..", "net.jqwik.api..",
                "org.apache.commons.math3.."))).check(MODULE);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("org.plumbline.(**)").should().beFreeOfCycles().check(MODULE);
    }
}
