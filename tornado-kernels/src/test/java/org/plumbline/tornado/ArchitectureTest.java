package org.plumbline.tornado;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The GPU engine needs the library and TornadoVM, and nothing else. */
class ArchitectureTest {
    private static final JavaClasses MODULE = new ClassFileImporter().importPath(Path.of("target", "classes"));

    /** The module {@code reference}. */
    private static final DescribedPredicate<JavaClass> LIBRARY = resideInAPackage("org.plumbline..").and(not(
            resideInAnyPackage("org.plumbline.verification..", "org.plumbline.tornado..", "org.plumbline.corpora..")));

    @Test
    void itStandsOnTheLibraryAndTornadoVm() {
        classes().should().onlyDependOnClassesThat(LIBRARY.or(resideInAnyPackage(
                "org.plumbline.tornado..", "java..", "uk.ac.manchester.tornado.api.."))).check(MODULE);
    }

    /** Collecting garbage is up to whoever owns the JVM: a caller hands it in where it may help. */
    @Test
    void garbageIsNotCollectedOnDemand() {
        noClasses().should().accessTargetWhere(target(name("gc"))).check(MODULE);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("org.plumbline.(**)").should().beFreeOfCycles().check(MODULE);
    }
}
