package org.plumbline.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.model.Example;
import org.plumbline.model.HiddenOutputs;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Model;
import org.plumbline.model.OutputLayer;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ElementType;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;
import org.plumbline.random.LabelDraws;

/**
 * Gradients of the loss in a model's outputs at the labels of a {@link FisherLabels}: the cotangents that
 * pseudo-gradients start from. For each sequence the sum of {@code (Jᵀu)(Jᵀu)ᵀ} over all cotangents {@code u} is the
 * sequence's Fisher matrix, exactly or in expectation.
 *
 * <p>In exact expectation there is a cotangent for each loss position and class. Where no layer of interest is the
 * output layer and the output layer reads fewer units than there are classes, there is one for each of these units,
 * from a square root of the Hessian in them.
 */
final class LabelCotangents {
    /** Output of {@link #source}: mean of the labels under the model. */
    private static final String MEAN = "mean";

    /** Output of {@link #source}: Hessian of the loss in what the output layer reads. */
    private static final String HESSIAN = "hessian";

    /** Output of {@link #source}: gradient at the training labels. */
    private static final String GRADIENT = "gradient";

    private final Model model;
    private final FisherLabels labels;
    private final Optional<OutputLayer> head;
    private final int width;

    /**
     * @param layers those whose pseudo-gradients are wanted
     */
    LabelCotangents(Model model, List<TrackedLayer> layers, FisherLabels labels) {
        this.model = model;
        this.labels = labels;
        this.head = labels instanceof FisherLabels.Expectation ? HiddenOutputs.of(model, layers) : Optional.empty();
        this.width = head.map(OutputLayer::inputs)
                .orElseGet(() -> model.outputs(1).output(Model.OUTPUTS).shape().dimension(-1));
    }

    /** The output of the model that cotangents belong to: {@link Model#OUTPUTS}, or {@link Model#HIDDEN}. */
    String target() {
        return head.isPresent() ? Model.HIDDEN : Model.OUTPUTS;
    }

    /** Elements of a cotangent at one position. */
    int width() {
        return width;
    }

    /** What cotangents are made of, for one sequence of a batch of this shape. */
    Program source(BatchShape shape) {
        ProgramBuilder b = new ProgramBuilder();
        Value outputs =
                b.inline(model.tapped(shape.length()), TokenPrograms.bindings(b, model, shape)).get(Model.OUTPUTS);
        Value weights = Likelihood.weights(b, outputs);
        return switch (labels) {
            case FisherLabels.Training _ -> b.build(GRADIENT, model.likelihood().outputGradient(b, outputs, weights));
            // The gradient at any label carries its position's weight, so its second moment carries the square.
            case FisherLabels.Expectation _ when head.isPresent() -> b.build(HESSIAN, model.likelihood().hiddenHessian(
                    b, outputs, b.multiply(weights, weights), head(b)));
            case FisherLabels.Expectation _, FisherLabels.Sampled _, FisherLabels.RandomSigns _ ->
                    b.build(MEAN, model.likelihood().mean(b, outputs));
        };
    }

    private Value head(ProgramBuilder b) {
        String weight = head.orElseThrow().weight();
        return b.input(weight, ElementType.REAL, model.space().shape(weight));
    }

    /** What to do with each array of cotangents. */
    @FunctionalInterface
    interface Use {
        void accept(Storage cotangents);
    }

    /**
     * Calls {@code use} with the cotangents {@code [B, T, width]} of a batch, as often as there are any.
     *
     * @param first has run on the batch; its program has the outputs of {@link #source}
     * @param cotangents an array of the size of the cotangents, for those that are not an output of {@code first}
     */
    void forEach(Batch batch, Executable first, Storage cotangents, Use use) {
        switch (labels) {
            case FisherLabels.Training _ -> use.accept(first.output(GRADIENT));
            case FisherLabels.Sampled(long seed, int draws) -> {
                for (int k = 0; k < draws; k++) {
                    int draw = k;
                    fill(batch, cotangents, (cell, gradient) -> model.likelihood().sampleGradient(
                            mean(first, cell), 0, LabelDraws.generator(seed, cell.sequence(), draw, cell.ordinal()),
                            cell.weight() / Math.sqrt(draws), gradient, 0, width));
                    use.accept(cotangents);
                }
            }
            case FisherLabels.RandomSigns(long seed, int draws) -> {
                for (int k = 0; k < draws; k++) {
                    int draw = k;
                    fill(batch, cotangents, (cell, gradient) -> model.likelihood().signedRoot(
                            mean(first, cell), LabelDraws.generator(seed, cell.sequence(), draw, cell.ordinal()),
                            cell.weight() / Math.sqrt(draws), gradient));
                    use.accept(cotangents);
                }
            }
            case FisherLabels.Expectation _ -> expectation(batch, first, cotangents, use);
        }
    }

    /** One position of a batch that bears loss. */
    private record Cell(int row, int sequence, int position, int ordinal, double weight) {}

    /** Computes the gradient of one position. */
    @FunctionalInterface
    private interface Gradient {
        void at(Cell cell, double[] gradient);
    }

    private void fill(Batch batch, Storage cotangents, Gradient gradient) {
        clear(cotangents);
        double[] one = new double[width];
        for (Cell cell : cells(batch)) {
            gradient.at(cell, one);
            put(one, cotangents, cell);
        }
    }

    private void expectation(Batch batch, Executable first, Storage cotangents, Use use) {
        List<Cell> cells = cells(batch);
        double[][] roots = new double[cells.size()][];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = head.isPresent()
                    ? root(slice(first.output(HESSIAN), cells.get(i).row(), width * width))
                    : root(cells.get(i), mean(first, cells.get(i)));
        }
        clear(cotangents);
        double[] zeros = new double[width];
        for (int t = 0; t < batch.shape().length(); t++) {
            int position = t;
            int[] here = IntStream.range(0, roots.length)
                    .filter(i -> cells.get(i).position() == position).toArray();
            for (int c = 0; c < width && here.length > 0; c++) {
                for (int i : here) {
                    put(Arrays.copyOfRange(roots[i], c * width, (c + 1) * width), cotangents, cells.get(i));
                }
                use.accept(cotangents);
            }
            for (int i : here) {
                put(zeros, cotangents, cells.get(i));
            }
        }
    }

    /** {@code w √p_c (e_c − p)} in row {@code c}, or what another likelihood has in its place. */
    private double[] root(Cell cell, double[] mean) {
        double[] root = new double[width * width];
        double[] column = new double[width];
        for (int c = 0; c < width; c++) {
            model.likelihood().rootColumn(mean, c, cell.weight(), column);
            System.arraycopy(column, 0, root, c * width, width);
        }
        return root;
    }

    /** Rows whose outer products sum to a Hessian: its eigenvectors times the roots of their eigenvalues. */
    private double[] root(double[] hessian) {
        // A product in single precision is symmetric to single precision only.
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < i; j++) {
                double mean = 0.5 * (hessian[i * width + j] + hessian[j * width + i]);
                hessian[i * width + j] = mean;
                hessian[j * width + i] = mean;
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(hessian, width);
        double[] values = eigen.values();
        double[] vectors = eigen.vectors();
        double[] root = new double[width * width];
        for (int c = 0; c < width; c++) {
            double scale = Math.sqrt(Math.max(0, values[c]));
            for (int j = 0; j < width; j++) {
                root[c * width + j] = scale * vectors[j * width + c];
            }
        }
        return root;
    }

    private double[] mean(Executable first, Cell cell) {
        return slice(first.output(MEAN), cell.row(), width);
    }

    private static double[] slice(Storage storage, int row, int size) {
        double[] slice = new double[size];
        for (int i = 0; i < size; i++) {
            slice[i] = storage.at(row * size + i);
        }
        return slice;
    }

    private static void clear(Storage storage) {
        switch (storage) {
            case Storage.Doubles(double[] array) -> Arrays.fill(array, 0);
            case Storage.Floats(float[] array) -> Arrays.fill(array, 0);
            case Storage.Indices _ -> throw new IllegalStateException("cotangents are real");
        }
    }

    private void put(double[] gradient, Storage cotangents, Cell cell) {
        for (int c = 0; c < width; c++) {
            cotangents.set(cell.row() * width + c, gradient[c]);
        }
    }

    /**
     * The positions that bear loss. Positions are numbered among the fed ones, so that padding does not move a draw.
     */
    private static List<Cell> cells(Batch batch) {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < batch.examples().size(); i++) {
            double[] fed = batch.examples().get(i).reals(Example.FED);
            double[] weights = batch.examples().get(i).reals(Example.WEIGHTS);
            int ordinal = 0;
            for (int t = 0; t < fed.length; t++) {
                if (weights[t] != 0) {
                    cells.add(new Cell(i * batch.shape().length() + t, batch.numbers().get(i), t, ordinal, weights[t]));
                }
                ordinal += fed[t] != 0 ? 1 : 0;
            }
        }
        return cells;
    }
}
