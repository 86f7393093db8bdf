package org.plumbline.verification.laws;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.plumbline.autodiff.Vjp;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Model;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * Everything that Kronecker-factored curvature is made of, by the definitions and one backward pass at a time: for each
 * loss position and class the column {@code w √p_c (e_c − p)} (for {@code ½‖y − s‖²} the column {@code w e_c}) is
 * pushed back, and its {@code Ds} and {@code ā} are kept for every position. The sums are plain loops, independent of
 * the library's own fitting.
 */
public final class LabelEnumeration {
    private static final String COTANGENT = "cotangent";

    /**
     * One pseudo-gradient.
     *
     * @param example index of its sequence
     * @param position the loss position it starts from
     * @param ds by layer, {@code [T, outputs]}
     * @param activations by layer, {@code ā [T, columns]}; rows of padding are zero
     */
    public record Term(int example, int position, List<double[]> ds, List<double[]> activations) {}

    private final Objective objective;
    private final List<TrackedLayer> layers;
    private final List<Term> terms = new ArrayList<>();
    private final List<List<double[]>> activations = new ArrayList<>();

    public LabelEnumeration(Objective objective, List<TrackedLayer> layers) {
        this.objective = objective;
        this.layers = List.copyOf(layers);
        for (int m = 0; m < objective.examples().size(); m++) {
            enumerate(m, objective.examples().get(m));
        }
    }

    private void enumerate(int m, Example example) {
        Executable run = Setting.COMPUTE.engine().compile(program(example.length()), Precision.DOUBLE);
        run.bindPresent(objective.parameters().storages());
        run.bindPresent(example.storages(Precision.DOUBLE));
        int classes = run.program().output(Model.OUTPUTS).shape().dimension(-1);
        double[] cotangent = new double[example.length() * classes];
        run.bindPresent(Map.of(COTANGENT, Storage.of(cotangent)));
        run.run();
        double[] outputs = run.doubles(Model.OUTPUTS).clone();
        double[] weights = example.reals(Example.WEIGHTS);
        double[] fed = example.reals(Example.FED);
        List<double[]> rows = new ArrayList<>();
        for (TrackedLayer layer : layers) {
            rows.add(extended(layer, run.doubles(layer.activations()), fed));
        }
        activations.add(rows);
        for (int t = 0; t < weights.length; t++) {
            for (int c = 0; weights[t] != 0 && c < classes; c++) {
                column(outputs, t, c, classes, weights[t], cotangent);
                run.run();
                List<double[]> ds = layers.stream().map(layer -> run.doubles(layer.shift()).clone()).toList();
                terms.add(new Term(m, t, ds, rows));
            }
            Arrays.fill(cotangent, 0);
        }
    }

    private void column(double[] outputs, int t, int c, int classes, double weight, double[] cotangent) {
        Arrays.fill(cotangent, 0);
        int at = t * classes;
        switch (objective.model().likelihood()) {
            case CATEGORICAL -> {
                double[] p = softmax(Arrays.copyOfRange(outputs, at, at + classes));
                for (int j = 0; j < classes; j++) {
                    cotangent[at + j] = weight * Math.sqrt(p[c]) * ((j == c ? 1 : 0) - p[j]);
                }
            }
            case GAUSSIAN -> cotangent[at + c] = weight;
        }
    }

    /** {@code softmax(z)}, by its definition. */
    public static double[] softmax(double[] z) {
        double largest = Arrays.stream(z).max().orElseThrow();
        double[] p = Arrays.stream(z).map(x -> Math.exp(x - largest)).toArray();
        Vectors.scale(1 / Arrays.stream(p).sum(), p);
        return p;
    }

    private static double[] extended(TrackedLayer layer, double[] activations, double[] fed) {
        double[] extended = new double[fed.length * layer.columns()];
        for (int t = 0; t < fed.length; t++) {
            for (int i = 0; fed[t] != 0 && i < layer.columns(); i++) {
                extended[t * layer.columns() + i] = i < layer.inputs() ? activations[t * layer.inputs() + i] : 1;
            }
        }
        return extended;
    }

    private Program program(int length) {
        Model model = objective.model();
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> noShifts = new LinkedHashMap<>();
        model.layers().forEach(layer -> noShifts.put(layer.shift(), b.fill(0, Shape.of(length, layer.outputs()))));
        Set<String> shifts = new LinkedHashSet<>();
        layers.forEach(layer -> shifts.add(layer.shift()));
        Program tapped = model.tapped(length);
        Value cotangent = b.real(COTANGENT, tapped.output(Model.OUTPUTS).shape().dimensions());
        Vjp.Pullback pullback = Vjp.inline(b, tapped, noShifts, shifts, Map.of(Model.OUTPUTS, cotangent));
        SequencedMap<String, Value> named = new LinkedHashMap<>();
        named.put(Model.OUTPUTS, pullback.outputs().get(Model.OUTPUTS));
        for (TrackedLayer layer : layers) {
            named.put(layer.activations(), pullback.outputs().get(layer.activations()));
            named.put(layer.shift(), pullback.gradients().get(layer.shift()));
        }
        return b.build(named);
    }

    public List<Term> terms() {
        return terms;
    }

    /** Number of sequences, {@code N}. */
    public int sequences() {
        return objective.examples().size();
    }

    /** {@code n̄}, the mean number of fed positions. */
    public double meanLength() {
        return (double) fed() / sequences();
    }

    private int fed() {
        return objective.examples().stream().mapToInt(Example::fedPositions).sum();
    }

    /** {@code A = E[ā āᵀ]} of a layer, a mean over all fed positions. */
    public double[] activationFactor(int layer) {
        int columns = layers.get(layer).columns();
        double[] a = new double[columns * columns];
        activations.forEach(rows -> addRows(a, rows.get(layer), columns, fed()));
        return a;
    }

    /** {@code S = E[Ds Dsᵀ]} of a layer, a mean over all fed positions. */
    public double[] gradientFactor(int layer) {
        int outputs = layers.get(layer).outputs();
        double[] s = new double[outputs * outputs];
        terms.forEach(term -> addRows(s, term.ds().get(layer), outputs, fed()));
        return s;
    }

    /** {@code E[ā]} of a layer, a mean over all fed positions. */
    public double[] meanActivation(int layer) {
        int columns = layers.get(layer).columns();
        double[] mean = new double[columns];
        for (List<double[]> rows : activations) {
            for (int i = 0; i < rows.get(layer).length; i++) {
                mean[i % columns] += rows.get(layer)[i] / fed();
            }
        }
        return mean;
    }

    private static void addRows(double[] target, double[] rows, int width, int count) {
        for (int at = 0; at < rows.length; at += width) {
            Dense.addOuter(target, 1.0 / count, Arrays.copyOfRange(rows, at, at + width));
        }
    }

    /** {@code Ds_t ā_tᵀ} of a layer at one position, {@code [outputs, columns]}. */
    public double[] tokenGradient(Term term, int layer, int t) {
        int outputs = layers.get(layer).outputs();
        int columns = layers.get(layer).columns();
        double[] gradient = new double[outputs * columns];
        for (int i = 0; i < outputs; i++) {
            for (int j = 0; j < columns; j++) {
                gradient[i * columns + j] = term.ds().get(layer)[t * outputs + i]
                        * term.activations().get(layer)[t * columns + j];
            }
        }
        return gradient;
    }

    /** Number of positions of a term's sequence. */
    public int length(Term term) {
        return objective.examples().get(term.example()).length();
    }

    /** {@code Dθ = Σ_t Ds_t ā_tᵀ} of a layer, the whole-sequence pseudo-gradient, {@code [outputs, columns]}. */
    public double[] sequenceGradient(Term term, int layer) {
        double[] gradient = new double[layers.get(layer).size()];
        for (int t = 0; t < length(term); t++) {
            Vectors.axpy(1, tokenGradient(term, layer, t), gradient);
        }
        return gradient;
    }

    /** {@code Dθ} of all layers, flat. */
    public double[] sequenceGradient(Term term) {
        BlockSpace space = BlockSpace.ofLayers(layers);
        double[] flat = new double[space.dimension()];
        for (int layer = 0; layer < layers.size(); layer++) {
            double[] part = sequenceGradient(term, layer);
            System.arraycopy(part, 0, flat, space.offset(layer), part.length);
        }
        return flat;
    }

    /**
     * {@code Λ = E_m[(Q_Sᵀ Dθ_m Q_A)²]} of a layer elementwise, or what squaring token by token makes of it,
     * {@code E_m[Σ_t (Q_Sᵀ Ds_t ā_tᵀ Q_A)²]}.
     */
    public double[] eigenvalues(int layer, KroneckerBasis basis, boolean tokenByToken) {
        return eigenvalues(layer, basis, terms, tokenByToken);
    }

    /** As {@link #eigenvalues(int, KroneckerBasis, boolean)}, from other pseudo-gradients of the same sequences. */
    public double[] eigenvalues(int layer, KroneckerBasis basis, List<Term> pseudoGradients, boolean tokenByToken) {
        double[] eigenvalues = new double[basis.rows() * basis.columns()];
        for (Term term : pseudoGradients) {
            if (tokenByToken) {
                for (int t = 0; t < length(term); t++) {
                    addSquares(eigenvalues, tokenGradient(term, layer, t), basis);
                }
            } else {
                addSquares(eigenvalues, sequenceGradient(term, layer), basis);
            }
        }
        return eigenvalues;
    }

    private void addSquares(double[] eigenvalues, double[] gradient, KroneckerBasis basis) {
        double[] left = Dense.transpose(basis.gradientVectors(), basis.rows(), basis.rows());
        double[] rotated = Dense.multiply(
                Dense.multiply(left, gradient, basis.rows()), basis.activationVectors(), basis.columns());
        for (int i = 0; i < rotated.length; i++) {
            eigenvalues[i] += rotated[i] * rotated[i] / sequences();
        }
    }

    /** {@code 1/N Σ Dθ Dθᵀ} over all layers: the Fisher matrix. */
    public double[] fisher() {
        int n = BlockSpace.ofLayers(layers).dimension();
        double[] fisher = new double[n * n];
        terms.forEach(term -> Dense.addOuter(fisher, 1.0 / sequences(), sequenceGradient(term)));
        return fisher;
    }
}
