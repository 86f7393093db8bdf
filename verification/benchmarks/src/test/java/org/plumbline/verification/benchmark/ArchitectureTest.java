package org.plumbline.verification.benchmark;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How the modules stand to each other: this one sees all of them. */
class ArchitectureTest {
    private static final JavaClasses PROJECT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.plumbline");

    /** A package in two archives cannot be in a module of the JVM. */
    @Test
    void noPackageLiesInTwoModules() {
        Map<String, Set<String>> places = new TreeMap<>();
        for (JavaClass type : PROJECT) {
            places.computeIfAbsent(type.getPackageName(), _ -> new TreeSet<>()).add(place(type));
        }
        assertEquals(Map.of(), places.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        assertEquals(8, places.values().stream().flatMap(Set::stream).distinct().count(), places::toString);
    }

    /** A folder of classes or an archive. */
    private static String place(JavaClass type) {
        URI file = type.getSource().orElseThrow().getUri();
        String path = type.getName().replace('.', '/') + ".class";
        return file.toString().substring(0, file.toString().length() - path.length());
    }

    @Test
    void onlyTheCommandLineUsesPicocliAndLucene() {
        onlyIn("cli", "picocli..", "org.apache.lucene..");
    }

    @Test
    void onlyTheBenchmarksUseJmh() {
        onlyIn("benchmark", "org.openjdk.jmh..");
    }

    /** Nothing is built on what runs, and nothing on the GPU engine. */
    @Test
    void nothingKnowsTheCommandLineTheBenchmarksOrTheGpuEngine() {
        onlyIn("cli", "org.plumbline.verification.cli..");
        onlyIn("benchmark", "org.plumbline.verification.benchmark..");
        noClasses().that(not(resideInAPackage("org.plumbline.tornado..")))
                .should().dependOnClassesThat().resideInAPackage("org.plumbline.tornado..").check(PROJECT);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("org.plumbline.(**)").should().beFreeOfCycles().check(PROJECT);
    }

    private static void onlyIn(String module, String... packages) {
        noClasses()
                .that(not(resideInAPackage("org.plumbline.verification." + module + "..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .check(PROJECT);
    }
}
