package org.plumbline.verification.laws;

import static org.plumbline.verification.laws.Dense.assertClose;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.model.Example;

/**
 * What data look like in memory changes nothing. {@code Λ} is compared in one and the same basis: where eigenvalues of
 * {@code A} or {@code S} are repeated the eigenbasis itself is open, and so the scores compared are those of K-FAC,
 * which does not depend on it.
 */
class InvarianceLawsTest extends SubjectLaws {

    @Property(tries = 20)
    @Tag("law-45")
    void paddingOnTheRight(@ForAll(supplier = Models.Small.class) Setting setting) {
        assertUnchanged(setting, setting.on(padded(setting, example -> example.padRight(example.length() + 1))));
    }

    /** Padding on the left also catches a missing attention mask, which causality hides on the right. */
    @Property(tries = 20)
    @Tag("law-45")
    void paddingOnTheLeft(@ForAll(supplier = Models.Small.class) Setting setting) {
        assertUnchanged(setting, setting.on(padded(setting, example -> example.padLeft(example.length() + 1))));
    }

    private static List<Example> padded(Setting setting, UnaryOperator<Example> padding) {
        return setting.examples().stream().map(padding).toList();
    }

    @Property(tries = 20)
    @Tag("law-45")
    void paddingToOneLength(@ForAll(supplier = Models.Small.class) Setting setting) {
        int longest = setting.examples().stream().mapToInt(Example::length).max().orElseThrow();
        assertUnchanged(setting, setting.on(padded(setting, example -> example.padRight(longest))));
    }

    @Property(tries = 20)
    @Tag("law-45")
    void duplicatingAllData(@ForAll(supplier = Models.Small.class) Setting setting) {
        List<Example> twice = new ArrayList<>(setting.examples());
        twice.addAll(setting.examples());
        assertUnchanged(setting, setting.on(twice));
    }

    @Property(tries = 20)
    @Tag("law-45")
    void orderOfData(@ForAll(supplier = Models.Small.class) Setting setting) {
        List<Example> reversed = new ArrayList<>(setting.examples());
        Collections.reverse(reversed);
        Setting other = setting.on(reversed);
        assertSameFit(setting, other);
    }

    /** Sums of padded or repeated data have the same terms, in another order or number. */
    private void assertUnchanged(Setting setting, Setting other) {
        assertSameFit(setting, other);
        KroneckerCurvature kfac = subject.kfac(setting.objective(), setting.layers());
        Damping damping = Damping.relative(setting.space(), DampedSystem.FACTOR, kfac.diagonal());
        double[] expected = InfluenceLawsTest.flat(subject.scores(
                setting.objective(), setting.layers(), kfac, damping, setting.examples(), setting.examples()));
        List<Example> first = other.examples().subList(0, setting.examples().size());
        KroneckerCurvature ofOther = subject.kfac(other.objective(), setting.layers());
        double[] found = InfluenceLawsTest.flat(subject.scores(other.objective(), setting.layers(), ofOther,
                Damping.relative(setting.space(), DampedSystem.FACTOR, ofOther.diagonal()), first, first));
        assertWithin("scores", expected, found, expected.length * Rounding.scores(setting, kfac, damping));
    }

    private void assertSameFit(Setting setting, Setting other) {
        List<KroneckerFactors> expected = subject.factors(setting.objective(), setting.layers());
        List<KroneckerFactors> found = subject.factors(other.objective(), setting.layers());
        for (int i = 0; i < expected.size(); i++) {
            String name = setting.layers().get(i).name();
            assertClose("A of " + name, expected.get(i).activation(), found.get(i).activation(), Rounding.SAME);
            assertClose("S of " + name, expected.get(i).gradient(), found.get(i).gradient(), Rounding.SAME);
            assertWithin("n̄", expected.get(i).meanLength(), found.get(i).meanLength(),
                    Rounding.SAME * expected.get(i).meanLength());
        }
        List<KroneckerBasis> bases = expected.stream().map(subject::basis).toList();
        assertClose("Λ", subject.eigenvalues(setting.objective(), setting.layers(), bases),
                subject.eigenvalues(other.objective(), setting.layers(), bases), Rounding.SAME);
    }

    /**
     * Two parts, fitted apart: the whole is their mean, by fed positions for factors and by sequences for {@code Λ}.
     */
    @Property(tries = 20)
    @Tag("law-45")
    void partitionOfData(@ForAll(supplier = Models.Small.class) Setting setting) {
        int n = setting.examples().size();
        if (n < 2) {
            return;
        }
        int cut = setting.random("cut").nextInt(1, n);
        Setting left = setting.on(setting.examples().subList(0, cut));
        Setting right = setting.on(setting.examples().subList(cut, n));
        List<KroneckerFactors> whole = subject.factors(setting.objective(), setting.layers());
        List<KroneckerFactors> ofLeft = subject.factors(left.objective(), setting.layers());
        List<KroneckerFactors> ofRight = subject.factors(right.objective(), setting.layers());
        double share = left.examples().stream().mapToDouble(Example::fedPositions).sum()
                / setting.examples().stream().mapToDouble(Example::fedPositions).sum();
        for (int i = 0; i < whole.size(); i++) {
            assertClose("A", whole.get(i).activation(), mean(share, ofLeft.get(i).activation(),
                    ofRight.get(i).activation()), Rounding.SAME);
            assertClose("S", whole.get(i).gradient(), mean(share, ofLeft.get(i).gradient(),
                    ofRight.get(i).gradient()), Rounding.SAME);
        }
        List<KroneckerBasis> bases = whole.stream().map(subject::basis).toList();
        assertClose("Λ", subject.eigenvalues(setting.objective(), setting.layers(), bases),
                mean((double) cut / n, subject.eigenvalues(left.objective(), setting.layers(), bases),
                        subject.eigenvalues(right.objective(), setting.layers(), bases)), Rounding.SAME);
    }

    private static double[] mean(double share, double[] left, double[] right) {
        return Dense.plus(Dense.times(share, left), 1 - share, right);
    }

    /** Drawn labels belong to a sequence and a position, wherever padding puts them. */
    @Property(tries = 20)
    @Tag("law-45")
    void drawnLabelsDoNotMoveWithPadding(@ForAll(supplier = Models.Small.class) Setting setting) {
        FisherLabels labels = new FisherLabels.Sampled(setting.random("labels").nextLong(), 2);
        Setting other = setting.on(padded(setting, example -> example.padLeft(example.length() + 1)));
        List<KroneckerFactors> expected = fit(setting, labels, Setting.COMPUTE).factors();
        List<KroneckerFactors> found = fit(other, labels, Setting.COMPUTE).factors();
        for (int i = 0; i < expected.size(); i++) {
            assertClose("S", expected.get(i).gradient(), found.get(i).gradient(), Rounding.SAME);
        }
        List<KroneckerBasis> bases = expected.stream().map(KroneckerBasis::of).toList();
        assertClose("Λ", fit(setting, labels, Setting.COMPUTE).eigenvalues(bases),
                fit(other, labels, Setting.COMPUTE).eigenvalues(bases), Rounding.SAME);
    }

    private static FactorFit fit(Setting setting, FisherLabels labels, Compute compute) {
        return new FactorFit(setting.objective(), setting.layers(), labels, compute);
    }

    /** To the last bit, on enough sequences that threads do share them. */
    @Property(tries = 10)
    @Tag("law-45")
    void numberOfThreads(@ForAll(supplier = Models.Small.class) Setting setting) {
        List<Example> many = new ArrayList<>();
        while (many.size() < 20) {
            many.addAll(setting.examples());
        }
        Setting larger = setting.on(many);
        FisherLabels labels = new FisherLabels.Sampled(7, 1);
        try (Workers three = Workers.of(3)) {
            Compute threads = new Compute(Setting.COMPUTE.engine(), three);
            List<KroneckerFactors> expected = fit(larger, labels, Setting.COMPUTE).factors();
            List<KroneckerFactors> found = fit(larger, labels, threads).factors();
            for (int i = 0; i < expected.size(); i++) {
                assertWithin("A", expected.get(i).activation(), found.get(i).activation(), 0);
                assertWithin("S", expected.get(i).gradient(), found.get(i).gradient(), 0);
            }
            List<KroneckerBasis> bases = expected.stream().map(KroneckerBasis::of).toList();
            assertWithin("Λ", fit(larger, labels, Setting.COMPUTE).eigenvalues(bases),
                    fit(larger, labels, threads).eigenvalues(bases), 0);
            double[][] gradients = new Gradients(larger.objective(), larger.space(), threads).ofObjective();
            assertWithin("gradients", InfluenceLawsTest.flat(larger.gradients()), InfluenceLawsTest.flat(gradients), 0);
        }
    }
}
