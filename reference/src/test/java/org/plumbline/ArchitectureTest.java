package org.plumbline;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the design of the library: which package may stand on which, and which library may be used where.
 *
 * <p>A subpackage belongs to its parent.
 */
class ArchitectureTest {

    /** Each package stands only on those above it. */
    private static final List<String> LAYERS = List.of(
            "program",
            "autodiff",
            "kernels",
            "engine",
            "linalg",
            "io",
            "random",
            "model",
            "text",
            "batch",
            "train",
            "curvature",
            "solve",
            "influence",
            "audit");

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.plumbline");

    @TestFactory
    Stream<DynamicTest> aPackageStandsOnlyOnThoseAboveIt() {
        return IntStream.range(0, LAYERS.size() - 1).mapToObj(layer -> DynamicTest.dynamicTest(
                LAYERS.get(layer),
                () -> check(noClasses()
                        .that()
                        .resideInAPackage(within(LAYERS.get(layer)))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(withinAny(LAYERS.subList(layer + 1, LAYERS.size()))))));
    }

    /** Without it a package missing from the list would escape the order. */
    @Test
    void everyPackageIsListed() {
        check(classes()
                .that(not(modifier(JavaModifier.SYNTHETIC)))
                .should()
                .resideInAnyPackage(Stream.concat(Stream.of("org.plumbline"), Stream.of(withinAny(LAYERS)))
                        .toArray(String[]::new)));
    }

    /** So that every package may use what stands there. */
    @Test
    void theRootPackageStandsOnNothing() {
        check(noClasses()
                .that()
                .resideInAPackage("org.plumbline")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(withinAny(LAYERS)));
    }

    /** So that a caller can tell what is refused from what is broken. */
    @Test
    void everyExceptionIsAPlumblineException() {
        check(classes().that().areAssignableTo(Throwable.class).should().beAssignableTo(PlumblineException.class));
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        check(slices().matching("org.plumbline.(**)").should().beFreeOfCycles());
    }

    @Test
    void nothingInTheLibraryKnowsWhatIsBuiltOnIt() {
        check(noClasses().should().dependOnClassesThat().resideInAnyPackage(
                "org.plumbline.verification..", "org.plumbline.tornado..", "org.plumbline.corpora.."));
    }

    /**
     * EJML is an implementation detail behind the library's own factorizations, so that every other package sees one
     * convention of storage and no foreign matrix type.
     */
    @Test
    void onlyLinalgUsesEjml() {
        onlyIn("org.ejml..", "linalg");
    }

    /**
     * Statistics may serve the packages that analyze results. Below them the arithmetic is the project's own: what is
     * held up as a reference has to be readable here.
     */
    @Test
    void onlyAnalysisUsesCommonsMath() {
        onlyIn("org.apache.commons.math3..", "linalg", "curvature", "influence", "audit");
    }

    /** Elsewhere a package-private type may describe the layout of a file: no public signature shows Jackson. */
    @Test
    void onlyIoShowsJackson() {
        check(noClasses()
                .that(not(resideInAPackage(within("io"))).and(modifier(JavaModifier.PUBLIC)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson.."));
    }

    /** A JVM without the incubator module must load every other class. */
    @Test
    void onlyTheVectorEngineAndTheLoopsOfTheEigendecompositionUseTheVectorApi() {
        check(noClasses()
                .that(not(resideInAPackage(within("engine.vector"))))
                .and().haveNameNotMatching("org\\.plumbline\\.linalg\\.Vector(Lanes|Rotations|Triangle)")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector.."));
    }

    /** The choice between these loops and their plain forms is made in one place. */
    @Test
    void onlyTheDenseLoopsChooseTheVectorLoopsOfTheEigendecomposition() {
        check(noClasses()
                .that().haveNameNotMatching("org\\.plumbline\\.linalg\\.(DenseLoops|Vector(Lanes|Rotations|Triangle))")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("org\\.plumbline\\.linalg\\.Vector(Lanes|Rotations|Triangle)"));
    }

    @Test
    void otherLibrariesAreNotUsed() {
        check(classes().should().onlyDependOnClassesThat(resideInAnyPackage(
                "org.plumbline..", "java..", "jdk.incubator.vector..", "org.ejml..", "org.apache.commons.math3..",
                "tools.jackson..", "com.fasterxml.jackson..", "org.jspecify.annotations..")));
    }

    /** A serialized Java object is unreadable elsewhere and runs code when it is read. */
    @Test
    void nothingIsSerializedAsJavaObjects() {
        check(noClasses().should().dependOnClassesThat().haveNameMatching("java\\.io\\.Object(In|Out)put(Stream|)"));
    }

    /** Nothing native stands between a reader and the mathematics. */
    @Test
    void nothingNativeIsCalled() {
        check(noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.lang.foreign.Linker"));
        check(noClasses().should().callMethod(System.class, "loadLibrary", String.class));
        check(noClasses().should().callMethod(System.class, "load", String.class));
    }

    /**
     * Results are reproducible: every generator comes from {@code RandomStreams}, which keys it by seed, purpose and
     * index, or from {@code LabelDraws}, which keys it by the position that a label is drawn for.
     */
    @Test
    void randomnessIsSeeded() {
        check(noClasses().should().dependOnClassesThat().haveNameMatching(
                "java\\.util\\.(Random|concurrent\\.ThreadLocalRandom)|java\\.security\\.SecureRandom"));
        check(noClasses().should().callMethod(Math.class, "random"));
        check(noClasses().should().callMethod(java.util.Collections.class, "shuffle", List.class));
        check(noClasses()
                .that().doNotHaveSimpleName("RandomStreams").and().doNotHaveSimpleName("LabelDraws")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.(SplittableRandom|random\\.RandomGeneratorFactory)")
                .orShould().callMethod(RandomGenerator.class, "of", String.class)
                .orShould().callMethod(RandomGenerator.class, "getDefault"));
    }

    /** A library reports through results and exceptions; printing and ending the process are its caller's choice. */
    @Test
    void theLibraryNeitherPrintsNorExits() {
        check(noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err"));
        check(noClasses().should().callMethod(System.class, "exit", int.class));
    }

    /** Collecting garbage is up to whoever owns the JVM: a caller hands it in where it may help. */
    @Test
    void garbageIsNotCollectedOnDemand() {
        check(noClasses().should().accessTargetWhere(target(name("gc"))));
    }

    private static void onlyIn(String library, String... layers) {
        check(noClasses()
                .that(not(resideInAnyPackage(withinAny(List.of(layers)))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(LIBRARY);
    }

    private static String within(String layer) {
        return "org.plumbline." + layer + "..";
    }

    private static String[] withinAny(List<String> layers) {
        return layers.stream().map(ArchitectureTest::within).toArray(String[]::new);
    }
}
