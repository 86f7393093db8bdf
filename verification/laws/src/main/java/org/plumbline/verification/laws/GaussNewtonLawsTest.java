package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertClose;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.autodiff.Jvp;
import org.plumbline.autodiff.Names;
import org.plumbline.autodiff.Vjp;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/** The Gauss–Newton matrix, what it shares with the Hessian and what it says about the model's distribution. */
class GaussNewtonLawsTest {

    private static Curvature gaussNewton(Setting setting, BlockSpace space) {
        return ExactCurvature.gaussNewton(setting.objective(), space, Setting.COMPUTE);
    }

    /** Symmetric as an operator, on all parameters. */
    @Property(tries = 30)
    @Tag("law-2")
    void gaussNewtonIsSymmetricAndPositive(
            @ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        BlockSpace all = BlockSpace.ofAll(setting.model());
        Curvature g = gaussNewton(setting, all);
        double[] u = setting.vector("u", all.dimension());
        double[] v = setting.vector("v", all.dimension());
        double[] gu = g.apply(u);
        double[] gv = g.apply(v);
        assertWithin("uᵀGv", Vectors.dot(v, gu), Vectors.dot(u, gv),
                Rounding.SAME * (Vectors.norm(u) * Vectors.norm(gv) + Vectors.norm(v) * Vectors.norm(gu)));
        assertTrue(Vectors.dot(v, gv) >= 0, "vᵀGv of a random v");
    }

    /** No eigenvalue below zero by more than the error of the largest. */
    @Property(tries = 30)
    @Tag("law-2")
    void gaussNewtonIsSemiDefinite(@ForAll(supplier = Models.Small.class) Setting setting) {
        double[] eigenvalues = Dense.eigenvalues(setting.gaussNewton().matrix());
        assertTrue(eigenvalues[0] >= -Rounding.of(eigenvalues.length * 100.0, eigenvalues[eigenvalues.length - 1]),
                () -> "eigenvalues from " + eigenvalues[0] + " to " + eigenvalues[eigenvalues.length - 1]);
    }

    /** An unembedding of its own is the last thing that happens: logits are linear in it. */
    @Property(tries = 30)
    @Tag("law-7")
    void hessianIsGaussNewtonOnAnUntiedUnembedding(@ForAll(supplier = Transformers.Untied.class) Setting setting) {
        BlockSpace head = BlockSpace.ofLayers(List.of(setting.model().layers().getLast()));
        DenseCurvature g = DenseCurvature.of(gaussNewton(setting, head), Setting.COMPUTE);
        DenseCurvature h = DenseCurvature.of(
                ExactCurvature.hessian(setting.objective(), head, Setting.COMPUTE), Setting.COMPUTE);
        assertClose("H on the unembedding", g.matrix(), h.matrix(), Rounding.SAME);
    }

    /**
     * A tied one is also the embedding, in which logits are not linear: {@code H} differs from {@code G} there, by how
     * much depends on the model, and 10⁻⁶ is far above rounding.
     */
    @Property(tries = 20, seed = Draw.SAME_MODELS)
    @Tag("law-7")
    void hessianIsNotGaussNewtonOnATiedUnembedding(@ForAll(supplier = Transformers.Tied.class) Setting setting) {
        BlockSpace head = new BlockSpace(List.of(ParameterBlock.of(
                setting.model().space(), setting.model().outputLayer().orElseThrow().weight())));
        double[] v = setting.vector("v", head.dimension());
        double[] h = ExactCurvature.hessian(setting.objective(), head, Setting.COMPUTE).apply(v);
        double[] g = gaussNewton(setting, head).apply(v);
        double difference = Vectors.norm(Dense.plus(h, -1, g));
        assertTrue(difference > 1e-6 * Vectors.norm(g), () -> "H and G differ by " + difference);
    }

    /** {@code H − G = 1/N Σ_m Σ_t Σ_v r_v ∇²z_v}, {@code r = p − y}, on all parameters. */
    @Property(tries = 30)
    @Tag("law-7")
    void hessianExceedsGaussNewtonByTheResiduals(
            @ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        BlockSpace all = BlockSpace.ofAll(setting.model());
        Map<String, double[]> direction = direction(setting);
        double[] v = all.flatten(direction);
        double[] h = ExactCurvature.hessian(setting.objective(), all, Setting.COMPUTE).apply(v);
        double[] g = gaussNewton(setting, all).apply(v);
        Map<String, double[]> residual = new LinkedHashMap<>();
        for (Example example : setting.examples()) {
            Executable run = run(setting, residualProgram(setting, example.length()), example, direction);
            setting.model().space().shapes().forEach((name, shape) -> {
                double[] sum = residual.computeIfAbsent(name, _ -> new double[shape.size()]);
                Vectors.axpy(1.0 / setting.examples().size(), run.doubles(name), sum);
            });
        }
        double scale = Vectors.norm(h) + Vectors.norm(g);
        assertWithin("(H − G) v", all.flatten(residual), Dense.plus(h, -1, g), Rounding.SAME * scale);
    }

    /** The gradient of {@code Σ_t w_t rᵀz_t} with {@code r} held fixed, differentiated once more along a direction. */
    private static Program residualProgram(Setting setting, int length) {
        Model model = setting.model();
        ProgramBuilder b = new ProgramBuilder();
        Value z = b.inline(model.outputs(length), Map.of()).get(Model.OUTPUTS);
        Value r = model.likelihood().outputGradient(b, z, Likelihood.weights(b, z));
        Program inner = b.build("inner", b.sumAll(b.multiply(b.stopGradient(r), z)));
        List<String> names = new ArrayList<>(model.space().shapes().keySet());
        Program gradient = Vjp.gradient(inner, names);
        ProgramBuilder second = new ProgramBuilder();
        Map<String, Value> tangents = new LinkedHashMap<>();
        names.forEach(name -> tangents.put(
                name, second.real(Names.tangent(name), model.space().shape(name).dimensions())));
        Jvp.Dual dual = Jvp.inline(second, gradient, Map.of(), tangents);
        LinkedHashMap<String, Value> results = new LinkedHashMap<>();
        names.forEach(name -> results.put(name, dual.tangents().getOrDefault(
                Names.gradient(name), second.fill(0, model.space().shape(name)))));
        return second.build(results);
    }

    /** A regression whose targets are its own predictions has no residual. */
    @Property(tries = 30)
    @Tag("law-7")
    void hessianIsGaussNewtonWhereNothingIsLeft(@ForAll(supplier = Perceptrons.Regressions.class) Setting setting) {
        List<Example> fitted = setting.examples().stream()
                .map(example -> Example.ofTargets(
                        example.length(), example.reals(Example.FEATURES), LabelStrings.outputs(setting, example)))
                .toList();
        BlockSpace all = BlockSpace.ofAll(setting.model());
        double[] v = setting.vector("v", all.dimension());
        Objective objective = setting.objective().on(fitted);
        assertClose("H v", ExactCurvature.gaussNewton(objective, all, Setting.COMPUTE).apply(v),
                ExactCurvature.hessian(objective, all, Setting.COMPUTE).apply(v), Rounding.SAME);
    }

    /**
     * {@code E_labels[H] = G}. The Hessian is linear in the weights of the loss, so one objective whose sequences are
     * all label strings, each weighted with its probability, has the expectation for its Hessian.
     */
    @Property(tries = 30)
    @Tag("law-8")
    void expectedHessianIsGaussNewton(@ForAll(supplier = Models.FewLabels.class) Setting setting) {
        Example example = setting.examples().getFirst();
        List<LabelStrings.Weighted> strings = LabelStrings.of(setting, example);
        List<Example> weighted = strings.stream()
                .map(string -> LabelStrings.scaled(string.example(), string.probability() * strings.size()))
                .toList();
        BlockSpace all = BlockSpace.ofAll(setting.model());
        double[] v = setting.vector("v", all.dimension());
        Objective single = setting.objective().on(List.of(example));
        double[] g = ExactCurvature.gaussNewton(single, all, Setting.COMPUTE).apply(v);
        // H − G cancels only in the sum, so the bound is relative to a Hessian at single labels too.
        double[] h = ExactCurvature.hessian(single, all, Setting.COMPUTE).apply(v);
        assertWithin("E[H] v", g,
                ExactCurvature.hessian(setting.objective().on(weighted), all, Setting.COMPUTE).apply(v),
                Rounding.SAME * (Vectors.norm(g) + Vectors.norm(h)));
    }

    /** {@code vᵀGv = mean_m Σ_t Var_(p_t)(J_t v)}; for {@code ½‖y − z‖²} the variance is {@code ‖J_t v‖²}. */
    @Property(tries = 30)
    @Tag("law-9")
    void quadraticFormIsAVariance(
            @ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        BlockSpace all = BlockSpace.ofAll(setting.model());
        Map<String, double[]> direction = direction(setting);
        double[] v = all.flatten(direction);
        double expected = 0;
        for (Example example : setting.examples()) {
            Program program = Jvp.of(setting.model().outputs(example.length()), direction.keySet());
            Executable run = run(setting, program, example, direction);
            expected += variance(setting, example, run.doubles(Model.OUTPUTS),
                    run.doubles(Names.tangent(Model.OUTPUTS))) / setting.examples().size();
        }
        // Subtracting the squared mean cancels by no more than the spread allows; SAME has room for it.
        assertWithin("vᵀGv", expected, Vectors.dot(v, gaussNewton(setting, all).apply(v)), Rounding.SAME * expected);
    }

    private static double variance(Setting setting, Example example, double[] outputs, double[] tangents) {
        int classes = outputs.length / example.length();
        double[] weights = example.reals(Example.WEIGHTS);
        double sum = 0;
        for (int t = 0; t < example.length(); t++) {
            double[] z = Arrays.copyOfRange(outputs, t * classes, (t + 1) * classes);
            double[] dz = Arrays.copyOfRange(tangents, t * classes, (t + 1) * classes);
            sum += weights[t] * switch (setting.model().likelihood()) {
                case GAUSSIAN -> Vectors.dot(dz, dz);
                case CATEGORICAL -> {
                    double[] p = LabelEnumeration.softmax(z);
                    double mean = Vectors.dot(p, dz);
                    double[] centered = Arrays.stream(dz).map(x -> (x - mean) * (x - mean)).toArray();
                    yield Vectors.dot(p, centered);
                }
            };
        }
        return sum;
    }

    /**
     * {@code KL(p_θ ‖ p_(θ+δ)) = ½ δᵀGδ + O(‖δ‖³)}, a mean over sequences of sums over loss positions. Along one
     * direction, {@code R(h) = KL(h)/h² − ½ δᵀGδ} is then at most a constant times {@code h}. Three steps give the
     * constant, with a factor of 4 for the terms of higher order, and a step of a tenth is held to it; a wrong {@code
     * G} leaves {@code R} of one size at all steps and exceeds it. Rounding of {@code KL}, a difference of numbers of
     * size {@code log C} for each position, is divided by {@code h²}.
     */
    @Property(tries = 30)
    @Tag("law-11")
    void divergenceIsHalfTheQuadraticForm(@ForAll(supplier = Models.Smooth.class) Setting setting) {
        BlockSpace all = BlockSpace.ofAll(setting.model());
        Map<String, double[]> direction = direction(setting);
        double[] v = all.flatten(direction);
        double half = 0.5 * Vectors.dot(v, gaussNewton(setting, all).apply(v));
        // A step of 1 moves the distribution by about one nat.
        double unit = 1 / Math.sqrt(Math.max(half, 1e-3));
        double slope = 0;
        for (double h : new double[] {0.04, 0.02, 0.01}) {
            slope = Math.max(slope, Math.abs(remainder(setting, direction, h * unit, half)) / h);
        }
        double h = 0.002;
        double rounding = Rounding.of(1e5, 10) / (h * h * unit * unit);
        assertWithin("KL(h)/h² − ½δᵀGδ", 0, remainder(setting, direction, h * unit, half), 4 * slope * h + rounding);
    }

    private static double remainder(Setting setting, Map<String, double[]> direction, double h, double half) {
        Map<String, double[]> moved = new LinkedHashMap<>();
        direction.forEach((name, d) ->
                moved.put(name, Dense.plus(setting.objective().parameters().doubles(name), h, d)));
        Setting there = new Setting("moved", 0, new Objective(setting.model(),
                Parameters.ofDoubles(setting.model().space(), moved), setting.examples()), setting.layers());
        double divergence = 0;
        for (Example example : setting.examples()) {
            divergence += divergence(setting, example, LabelStrings.outputs(setting, example),
                    LabelStrings.outputs(there, example)) / setting.examples().size();
        }
        return divergence / (h * h) - half;
    }

    private static double divergence(Setting setting, Example example, double[] here, double[] there) {
        int classes = here.length / example.length();
        double[] weights = example.reals(Example.WEIGHTS);
        double sum = 0;
        for (int t = 0; t < example.length(); t++) {
            double[] z = Arrays.copyOfRange(here, t * classes, (t + 1) * classes);
            double[] moved = Arrays.copyOfRange(there, t * classes, (t + 1) * classes);
            double[] difference = Dense.plus(moved, -1, z);
            sum += weights[t] * switch (setting.model().likelihood()) {
                case GAUSSIAN -> 0.5 * Vectors.dot(difference, difference);
                case CATEGORICAL -> {
                    double[] p = LabelEnumeration.softmax(z);
                    double[] q = LabelEnumeration.softmax(moved);
                    double kl = 0;
                    for (int c = 0; c < classes; c++) {
                        kl += p[c] * Math.log(p[c] / q[c]);
                    }
                    yield kl;
                }
            };
        }
        return sum;
    }

    /** {@code rank G ≤ (V − 1) Σ_m T_m} for {@code V} classes; {@code V Σ T} for {@code V} outputs of a regression. */
    @Property(tries = 30)
    @Tag("law-12")
    void rankIsBoundedByTheLabels(@ForAll(supplier = Models.Small.class) Setting setting) {
        Example first = setting.examples().getFirst();
        int classes = LabelStrings.outputs(setting, first).length / first.length();
        int each = setting.model().likelihood() == Likelihood.CATEGORICAL ? classes - 1 : classes;
        int bound = each * setting.examples().stream().mapToInt(Example::lossPositions).sum();
        double[] eigenvalues = Dense.eigenvalues(setting.gaussNewton().matrix());
        int n = eigenvalues.length;
        double negligible = Rounding.of(100.0 * n, eigenvalues[n - 1]);
        long rank = Arrays.stream(eigenvalues).filter(value -> value > negligible).count();
        assertTrue(rank <= bound, () -> "rank " + rank + ", allowed are " + bound);
    }

    /** A direction in all parameters, by name. */
    private static Map<String, double[]> direction(Setting setting) {
        Map<String, double[]> direction = new LinkedHashMap<>();
        setting.model().space().shapes().forEach((name, shape) ->
                direction.put(name, setting.vector("direction of " + name, shape.size())));
        return direction;
    }

    private static Executable run(Setting setting, Program program, Example example, Map<String, double[]> direction) {
        Executable run = Setting.COMPUTE.engine().compile(program, Precision.DOUBLE);
        run.bindPresent(setting.objective().parameters().storages());
        run.bindPresent(example.storages(Precision.DOUBLE));
        direction.forEach((name, d) -> run.bindPresent(Map.of(Names.tangent(name), Storage.of(d))));
        run.run();
        return run;
    }
}
