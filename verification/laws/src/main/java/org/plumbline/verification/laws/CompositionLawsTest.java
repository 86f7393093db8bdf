package org.plumbline.verification.laws;

import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/** Scores taken together and apart: over queries, over layers, by halves of the inverse, and after a projection. */
class CompositionLawsTest extends SubjectLaws {

    private double[][] scores(Setting setting, List<TrackedLayer> layers, List<Example> queries) {
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), layers);
        return subject.scores(setting.objective(), layers, ekfac, subject.damping(ekfac, DampedSystem.FACTOR), queries,
                setting.examples());
    }

    @Property(tries = 20)
    @Tag("law-46")
    void queriesTogetherAndOneByOne(@ForAll(supplier = Models.Small.class) Setting setting) {
        double[][] together = scores(setting, setting.layers(), setting.examples());
        for (int q = 0; q < together.length; q++) {
            double[] alone = scores(setting, setting.layers(), List.of(setting.examples().get(q)))[0];
            assertWithin("scores of a query", alone, together[q], Rounding.SAME * Vectors.norm(alone));
        }
    }

    /** In the streaming pipeline, several queries share a pass; as one query they are the sum of theirs. */
    @Property(tries = 10)
    @Tag("law-46")
    void queriesThatShareAPass(@ForAll(supplier = Models.Small.class) Setting setting) {
        QueryPass pass = new QueryPass(Scans.pipeline(setting, setting.layers()), Scans.ekfac(setting));
        int count = setting.examples().size();
        double[] together = totals(setting, pass.run(setting.examples(), 0, Aggregation.NONE));
        double[] sum = totals(setting, pass.run(setting.examples(), 0, Aggregation.SUM));
        double[] added = new double[count];
        for (int q = 0; q < count; q++) {
            double[] alone = totals(setting, pass.run(List.of(setting.examples().get(q)), 0, Aggregation.NONE));
            double[] found = new double[count];
            for (int m = 0; m < count; m++) {
                found[m] = together[m * count + q];
                added[m] += alone[m];
            }
            assertWithin("scores of a query", alone, found, Rounding.SAME * Vectors.norm(together));
        }
        assertWithin("scores of the sum", added, sum, count * Rounding.SAME * Vectors.norm(together));
    }

    private static double[] totals(Setting setting, Queries queries) {
        return Scans.scan(setting, setting.layers(), queries, TokenScores.NONE).totals();
    }

    /** Each layer's score from gradients, curvature and damping of that layer alone. */
    @Property(tries = 20)
    @Tag("law-46")
    void scoresOfModulesSumToTheScore(@ForAll(supplier = Models.Small.class) Setting setting) {
        double[] total = InfluenceLawsTest.flat(scores(setting, setting.layers(), setting.examples()));
        double[] sum = new double[total.length];
        for (TrackedLayer layer : setting.layers()) {
            Vectors.axpy(1, InfluenceLawsTest.flat(scores(setting, List.of(layer), setting.examples())), sum);
        }
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        Damping damping = Damping.relative(setting.space(), DampedSystem.FACTOR, ekfac.diagonal());
        assertWithin("sum over modules", total, sum, total.length * Rounding.scores(setting, ekfac, damping));
    }

    /** {@code C^(−1/2)} twice is {@code C⁻¹}, and between two gradients it makes a score of their product. */
    @Property(tries = 20)
    @Tag("law-46")
    void halvesOfTheInverseCompose(@ForAll(supplier = Models.Small.class) Setting setting) {
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        Damping damping = Damping.relative(setting.space(), DampedSystem.FACTOR, ekfac.diagonal());
        double[] v = setting.vector("v", setting.space().dimension());
        double[] w = setting.vector("w", setting.space().dimension());
        double[] half = subject.squareRootProduct(ekfac, damping, v);
        double[] whole = subject.inverseProduct(ekfac, damping, v);
        double largest = Arrays.stream(ekfac.diagonal()).max().orElseThrow();
        double relative = Rounding.solved(largest, damping.smallest());
        assertWithin("C^(−1/2) C^(−1/2) v", whole, subject.squareRootProduct(ekfac, damping, half),
                relative * Vectors.norm(v) / damping.smallest());
        assertWithin("(C^(−1/2) w)ᵀ C^(−1/2) v", Vectors.dot(w, whole),
                Vectors.dot(subject.squareRootProduct(ekfac, damping, w), half),
                relative * Vectors.norm(v) * Vectors.norm(w) / damping.smallest());
    }

    /**
     * Projected, {@code (R x)·(R y)} estimates {@code x·y} without bias. A row of {@code R} with entries of variance
     * {@code 1/p} adds a number of variance {@code (‖x‖²‖y‖² + (x·y)²)/p²}, so that the mean over {@code K} draws of
     * {@code p} rows deviates by at most {@code √(2/(Kp)) ‖x‖‖y‖}; six times that is exceeded with a chance below
     * {@code 10⁻⁸}.
     */
    @Property(tries = 10)
    @Tag("law-46")
    void projectionsAreUnbiased(@ForAll(supplier = Models.Small.class) Setting setting) {
        int rows = 8;
        int draws = 128;
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        Damping damping = subject.damping(ekfac, DampedSystem.FACTOR);
        double[] x = subject.squareRootProduct(ekfac, damping, setting.vector("x", setting.space().dimension()));
        double[] y = Dense.plus(x, 0.5, setting.vector("y", x.length));
        double mean = 0;
        for (int k = 0; k < draws; k++) {
            long seed = setting.random("projection " + k).nextLong();
            mean += Vectors.dot(subject.projected(setting.space(), rows, seed, x),
                    subject.projected(setting.space(), rows, seed, y)) / draws;
        }
        assertWithin("(R x)·(R y)", Vectors.dot(x, y), mean,
                6 * Math.sqrt(2.0 / (draws * rows)) * Vectors.norm(x) * Vectors.norm(y));
    }
}
