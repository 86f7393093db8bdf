package org.plumbline.verification.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.curvature.TokenGradients;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.TrackedLayer;
import org.plumbline.solve.DenseInverse;
import org.plumbline.solve.NegativeCurvature;
import org.plumbline.solve.SpectralInverse;

/** Computes all tensors of a set from its problem. */
final class ConformanceVectors {
    private static final double DAMPING = 0.1;

    /** Sums of some hundred products in another order, with two decades to spare. */
    private static final double DIRECT = 1e-11;

    /**
     * What {@link #DIRECT} becomes where it is divided by a damping a thousandth of the largest eigenvalue, or by a
     * gap.
     */
    private static final double AMPLIFIED = 1e-8;

    private final ConformanceProblem problem;
    private final Compute compute;
    private final List<TrackedLayer> layers;
    private final BlockSpace space;
    private final Objective objective;
    private final List<ConformanceTensor> tensors = new ArrayList<>();

    private ConformanceVectors(ConformanceProblem problem, Compute compute) {
        this.problem = problem;
        this.compute = compute;
        this.layers = problem.layers();
        this.space = problem.space();
        this.objective = problem.objective();
    }

    /** All tensors, in the order of the description. */
    static List<ConformanceTensor> of(ConformanceProblem problem, Compute compute) {
        ConformanceVectors vectors = new ConformanceVectors(problem, compute);
        vectors.computeAll();
        return vectors.tensors;
    }

    private void computeAll() {
        add("train.loss", DIRECT, losses(problem.training()), "L of each training sequence", problem.training().size());
        add("query.loss", DIRECT, losses(problem.queries()), "L of each query, -f", problem.queries().size());
        Gradients gradients = new Gradients(objective, space, compute);
        double[][] training = gradients.ofObjective();
        double[][] queries = gradients.ofLogLikelihood(problem.queries());
        int p = space.dimension();
        add("gradients.train", DIRECT, flat(training), "gradient of L", training.length, p);
        add("gradients.query", DIRECT, flat(queries), "gradient of f", queries.length, p);
        DenseCurvature g = gaussNewton();
        DenseCurvature h = hessian();
        add("gauss_newton", DIRECT, g.matrix(), "G", p, p);
        add("hessian", DIRECT, h.matrix(), "H", p, p);
        Damping damping = Damping.relative(space, DAMPING, g.diagonal());
        add("damping", DIRECT, damping.perBlock(), "lambda of each layer", space.blocks().size());
        FactorFit fit = new FactorFit(objective, layers, new FisherLabels.Expectation(), compute);
        List<KroneckerFactors> factors = fit.factors();
        KroneckerCurvature ekfac = KroneckerCurvature.ekfac(factors, fit);
        addFactors(factors, ekfac);
        Map<String, InverseCurvature> inverses = new LinkedHashMap<>();
        inverses.put("exact", DenseInverse.of(g, damping));
        inverses.put("hessian_absolute", SpectralInverse.of(h, damping, NegativeCurvature.ABSOLUTE, compute));
        inverses.put("block_diagonal", DenseInverse.of(g.blockDiagonal(), damping));
        inverses.put("kfac", onLayers(KroneckerCurvature.kfac(factors), damping));
        inverses.put("ekfac", onLayers(ekfac, damping));
        inverses.put("diagonal", ClosedFormInverse.of(new DiagonalCurvature(space, g.diagonal()), damping));
        inverses.put("identity", ClosedFormInverse.identity(space));
        inverses.forEach((name, inverse) -> {
            double[][] products = inverse.applyAll(queries);
            if (!name.equals("identity")) {
                add("inverse." + name, AMPLIFIED, flat(products), "(C + lambda)^-1 grad f", products.length, p);
            }
            add("scores." + name, AMPLIFIED, flat(InfluenceScores.of(products, training).raw()), "raw scores",
                    products.length, training.length);
        });
        addDivided(inverses.get("ekfac"), queries, training);
    }

    /** Blocks of layers alone have the construction that is quick; any others go by products. */
    private DenseCurvature gaussNewton() {
        return problem.others().isEmpty()
                ? DenseExactCurvature.gaussNewton(objective, layers, compute, done -> {})
                : DenseCurvature.of(ExactCurvature.gaussNewton(objective, space, compute), compute);
    }

    private DenseCurvature hessian() {
        return problem.others().isEmpty()
                ? DenseExactCurvature.hessian(objective, layers, compute, done -> {})
                : DenseCurvature.of(ExactCurvature.hessian(objective, space, compute), compute);
    }

    /** Zero in the blocks that are no layers: they have no factors. */
    private InverseCurvature onLayers(KroneckerCurvature curvature, Damping damping) {
        InverseCurvature inverse = ClosedFormInverse.of(
                curvature, new Damping(Arrays.copyOf(damping.perBlock(), layers.size())));
        return problem.others().isEmpty() ? inverse : new FirstBlocksInverse(space, inverse);
    }

    /** One by one: unlike in training, a sequence may be without loss. */
    private double[] losses(List<Example> examples) {
        Executable loss = compute.engine().compile(
                problem.model().loss(examples.getFirst().length()), Precision.DOUBLE);
        loss.bindPresentConstants(problem.parameters().storages());
        return examples.stream()
                .mapToDouble(example -> {
                    loss.bindPresent(example.storages(Precision.DOUBLE));
                    loss.run();
                    return loss.doubles(Model.LOSS)[0];
                })
                .toArray();
    }

    private void addFactors(List<KroneckerFactors> factors, KroneckerCurvature ekfac) {
        add("mean_length", DIRECT, new double[] {factors.getFirst().meanLength()}, "n_bar", 1);
        for (int i = 0; i < factors.size(); i++) {
            KroneckerFactors one = factors.get(i);
            KroneckerBasis basis = ekfac.bases().get(i);
            ParameterBlock block = one.block();
            String of = "." + block.name();
            int m = block.rows();
            int n = block.columns();
            add("A" + of, DIRECT, one.activation(), "E[a_bar a_bar^T]", n, n);
            add("S" + of, DIRECT, one.gradient(), "E[Ds Ds^T]", m, m);
            add("a" + of, DIRECT, basis.activationValues(), "eigenvalues of A, ascending", n);
            add("s" + of, DIRECT, basis.gradientValues(), "eigenvalues of S, ascending", m);
            addColumns("QA" + of, basis.activationVectors(), "eigenvectors of A in columns", n);
            addColumns("QS" + of, basis.gradientVectors(), "eigenvectors of S in columns", m);
            add("Lambda" + of, AMPLIFIED,
                    Arrays.copyOfRange(ekfac.diagonal(), space.offset(i), space.offset(i + 1)),
                    "E_m[(QS^T D_m QA)^2]", m, n);
        }
    }

    /** Scores of EK-FAC by layer and by token, and of sequences with themselves. */
    private void addDivided(InverseCurvature ekfac, double[][] queries, double[][] training) {
        double[][] products = ekfac.applyAll(queries);
        TokenGradients ofTokens = new TokenGradients(objective, layers, compute);
        int length = problem.training().getFirst().length();
        int blocks = space.blocks().size();
        double[] byLayer = new double[queries.length * blocks * training.length];
        double[] byToken = new double[queries.length * training.length * length];
        double[] self = new double[training.length];
        for (int m = 0; m < training.length; m++) {
            double[][] tokens = ofTokens.of(problem.training().get(m));
            self[m] = Vectors.dot(training[m], ekfac.apply(training[m]));
            for (int q = 0; q < queries.length; q++) {
                for (int layer = 0; layer < blocks; layer++) {
                    int from = space.offset(layer);
                    int to = space.offset(layer + 1);
                    byLayer[(q * blocks + layer) * training.length + m] = -Vectors.dot(
                            Arrays.copyOfRange(products[q], from, to), Arrays.copyOfRange(training[m], from, to));
                }
                for (int t = 0; t < length; t++) {
                    byToken[(q * training.length + m) * length + t] = -Vectors.dot(
                            Arrays.copyOf(products[q], tokens[t].length), tokens[t]);
                }
            }
        }
        add("scores.ekfac.layers", AMPLIFIED, byLayer, "raw scores of each layer; they sum to scores.ekfac",
                queries.length, blocks, training.length);
        add("scores.ekfac.tokens", AMPLIFIED, byToken,
                "raw scores of g_t = vec(Ds_t a_bar_t^T) at each position; they sum to scores.ekfac",
                queries.length, training.length, length);
        add("self.ekfac", AMPLIFIED, self, "g^T (EK + lambda)^-1 g of each training sequence", training.length);
    }

    private void add(String name, double tolerance, double[] values, String meaning, int... shape) {
        tensors.add(new ConformanceTensor(name, shape, values, tolerance, false, meaning));
    }

    private void addColumns(String name, double[] values, String meaning, int n) {
        tensors.add(new ConformanceTensor(name, new int[] {n, n}, values, AMPLIFIED, true, meaning));
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }
}
