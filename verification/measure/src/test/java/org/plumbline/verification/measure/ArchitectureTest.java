package org.plumbline.verification.measure;

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

/** What measures needs the library and the corpora; a command line is not seen from here. */
class ArchitectureTest {
    private static final JavaClasses MODULE = new ClassFileImporter().importPath(Path.of("target", "classes"));

    /** The module {@code reference}. */
    private static final DescribedPredicate<JavaClass> LIBRARY = resideInAPackage("org.plumbline..").and(not(
            resideInAnyPackage("org.plumbline.verification..", "org.plumbline.tornado..", "org.plumbline.corpora..")));

    @Test
    void itStandsOnTheLibraryAndTheCorpora() {
        classes().should().onlyDependOnClassesThat(LIBRARY.or(resideInAnyPackage(
                "org.plumbline.verification.[bench|ladder|pretrained|scale|statistics|truth]..",
                "org.plumbline.verification.[vectors|verify]..", "org.plumbline.corpora..",
                "java..", "com.sun.management..", "jdk.incubator.vector..", "tools.jackson..",
                "org.apache.commons.math3.."))).check(MODULE);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("org.plumbline.(**)").should().beFreeOfCycles().check(MODULE);
    }
}
