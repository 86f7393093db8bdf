package org.plumbline.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.plumbline.audit.diagnosis.Mistake;
import org.plumbline.audit.files.FactorSet;
import org.plumbline.audit.files.KronfluenceFactors;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.influence.Convention;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/** Factors as an implementation with one mistake would write them, in Kronfluence's layout and convention. */
final class PlantedFactors {
    /** Mistakes that factors can show. */
    enum Kind {
        SOUND(null), SOUND_SAMPLED(null),
        TURNED_MOMENTS(Mistake.M1), TURNED_FILES(Mistake.M1), APPENDED(Mistake.M2), EMPIRICAL(Mistake.M5),
        TOKENS(Mistake.M6), PADDING_COUNTED(Mistake.M7), PADDING_LOSS(Mistake.M7), LAST_COLUMN(Mistake.M7),
        TOKEN_MEAN(Mistake.M8), BATCH_MEAN(Mistake.M8), NO_ONES(Mistake.M9), AXES(Mistake.M9), USES(Mistake.M10),
        LOW_PRECISION(Mistake.M12), NOT_SYMMETRIC(Mistake.M12), NORMALIZED(Mistake.M14), COLUMNS(Mistake.M15),
        KFAC(Mistake.M17), BATCH_SIZE(Mistake.M20), TWICE(Mistake.M20);

        final Optional<Mistake> mistake;

        Kind(Mistake mistake) {
            this.mistake = Optional.ofNullable(mistake);
        }
    }

    private static final int BATCH = 4;

    private final Trial trial;
    private final FisherLabels labels;
    private final double[][] a;
    private final double[][] s;
    private final double[][] qa;
    private final double[][] qs;
    private final double[][] va;
    private final double[][] vs;
    private double[] lambda;
    private long positions;

    PlantedFactors(Trial trial, boolean sampled) {
        this.trial = trial;
        this.labels = sampled ? new FisherLabels.Sampled(trial.random.nextLong(), 1) : new FisherLabels.Training();
        int n = trial.layers.size();
        a = new double[n][];
        s = new double[n][];
        qa = new double[n][];
        qs = new double[n][];
        va = new double[n][];
        vs = new double[n][];
        fit(trial.examples());
        lambda = trial.moments(trial.examples(), labels.fresh(), bases());
    }

    /** Covariances, their count and bases of these sequences. */
    private void fit(List<Example> examples) {
        positions = Convention.Counts.of(examples, 1).positions();
        List<KroneckerFactors> factors = trial.factors(examples, labels);
        for (int l = 0; l < a.length; l++) {
            a[l] = Matrix.times(positions, factors.get(l).activation());
            s[l] = Matrix.times(positions, factors.get(l).gradient());
        }
        decompose();
    }

    private void decompose() {
        for (int l = 0; l < a.length; l++) {
            SymmetricEigen ofA = SymmetricEigen.of(Matrix.times(1.0 / positions, a[l]), columns(l));
            SymmetricEigen ofS = SymmetricEigen.of(Matrix.times(1.0 / positions, s[l]), trial.layers.get(l).outputs());
            qa[l] = ofA.vectors();
            va[l] = ofA.values();
            qs[l] = ofS.vectors();
            vs[l] = ofS.values();
        }
    }

    private int columns(int l) {
        return trial.layers.get(l).columns();
    }

    List<KroneckerBasis> bases() {
        List<KroneckerBasis> bases = new ArrayList<>();
        for (int l = 0; l < a.length; l++) {
            bases.add(new KroneckerBasis(qa[l], va[l], qs[l], vs[l]));
        }
        return bases;
    }

    double[] lambda() {
        return lambda;
    }

    double meanLength() {
        return (double) positions / Trial.SEQUENCES;
    }

    /** How a layer's gradient is read before it is rotated. */
    @FunctionalInterface
    private interface Reading {
        double[] of(TrackedLayer layer, double[] v);
    }

    private static final Reading RIGHT = (_, v) -> v;

    /** {@code 1/N Σ (Q_Sᵀ V Q_A)²} over parts of the gradient. */
    private double[] moments(List<double[]> parts, Reading reading, boolean turned) {
        double[] sum = new double[trial.space.dimension()];
        for (double[] part : parts) {
            for (int l = 0; l < a.length; l++) {
                int r = trial.layers.get(l).outputs();
                int c = columns(l);
                double[] v = reading.of(trial.layers.get(l), Layout.part(trial, part, l));
                double[] left = turned ? qs[l] : Matrix.transpose(qs[l], r);
                double[] right = turned ? Matrix.transpose(qa[l], c) : qa[l];
                double[] rotated = Matrix.times(Matrix.times(left, v, r), right, c);
                for (int i = 0; i < rotated.length; i++) {
                    sum[trial.space.offset(l) + i] += rotated[i] * rotated[i] / Trial.SEQUENCES;
                }
            }
        }
        return sum;
    }

    private List<double[]> gradients(List<Example> examples) {
        return List.of(trial.gradients(examples));
    }

    /** Gradients of parts of sequences: of tokens, or of halves. */
    private List<double[]> parts(boolean halves) {
        List<double[]> parts = new ArrayList<>();
        for (double[][] tokens : trial.tokenGradients()) {
            double[][] sums = new double[halves ? 2 : tokens.length][trial.space.dimension()];
            for (int t = 0; t < tokens.length; t++) {
                double[] sum = sums[halves ? (t < tokens.length / 2 ? 0 : 1) : t];
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += tokens[t][i];
                }
            }
            parts.addAll(List.of(sums));
        }
        return parts;
    }

    private List<double[]> batchMeans() {
        List<double[]> means = new ArrayList<>();
        double[][] gradients = trial.gradients(trial.examples());
        for (int begin = 0; begin < gradients.length; begin += BATCH) {
            int end = Math.min(gradients.length, begin + BATCH);
            double[] mean = new double[trial.space.dimension()];
            for (int m = begin; m < end; m++) {
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += gradients[m][i] / (end - begin);
                }
            }
            means.add(mean);
        }
        return means;
    }

    private static List<double[]> normalized(List<double[]> gradients) {
        return gradients.stream().map(gradient -> Matrix.times(
                1 / Math.sqrt(Arrays.stream(gradient).map(x -> x * x).sum()), gradient)).toList();
    }

    /** Makes a mistake; false where it makes no difference to this trial. */
    boolean plant(Kind kind) {
        List<Example> examples = trial.examples();
        switch (kind) {
            case SOUND, SOUND_SAMPLED, EMPIRICAL -> { }
            case TURNED_MOMENTS -> lambda = moments(gradients(examples), RIGHT, true);
            case TURNED_FILES -> {
                for (int l = 0; l < a.length; l++) {
                    qa[l] = Matrix.transpose(qa[l], columns(l));
                    qs[l] = Matrix.transpose(qs[l], trial.layers.get(l).outputs());
                }
            }
            case APPENDED -> lambda = moments(gradients(examples), Layout::appended, false);
            case AXES -> lambda = moments(gradients(examples), Layout::axes, false);
            case COLUMNS -> lambda = moments(gradients(examples), Layout::columns, false);
            case TOKENS -> lambda = moments(parts(false), RIGHT, false);
            case USES -> lambda = moments(parts(true), RIGHT, false);
            case PADDING_COUNTED -> fitAgain(trial.padded(false));
            case PADDING_LOSS -> fitAgain(trial.padded(true));
            case TWICE -> {
                if (!trial.lastFed) {
                    return false;
                }
                fitAgain(trial.doubled(examples));
            }
            case TOKEN_MEAN -> fitAgain(trial.means());
            case LAST_COLUMN -> {
                if (!trial.lastFed) {
                    return false;
                }
                dropLastColumn();
            }
            case BATCH_MEAN -> lambda = moments(batchMeans(), RIGHT, false);
            case NORMALIZED -> lambda = moments(normalized(gradients(examples)), RIGHT, false);
            case NO_ONES -> {
                for (int l = 0; l < a.length; l++) {
                    int c = columns(l);
                    for (int i = 0; i < c; i++) {
                        a[l][i * c + c - 1] = 0;
                        a[l][(c - 1) * c + i] = 0;
                    }
                }
                decompose();
                lambda = moments(gradients(examples), RIGHT, false);
            }
            case LOW_PRECISION -> lowPrecision();
            case NOT_SYMMETRIC -> {
                for (int l = 0; l < a.length; l++) {
                    a[l][1] *= 1 + 1e-3;
                }
            }
            case KFAC -> {
                for (int l = 0; l < a.length; l++) {
                    for (int i = 0; i < vs[l].length * va[l].length; i++) {
                        lambda[trial.space.offset(l) + i] =
                                meanLength() * vs[l][i / va[l].length] * va[l][i % va[l].length];
                    }
                }
                Arrays.setAll(lambda, i -> Math.max(0, lambda[i]));
            }
            case BATCH_SIZE -> {
                for (int l = 0; l < a.length; l++) {
                    s[l] = Matrix.times(1.0 / (BATCH * BATCH), s[l]);
                    vs[l] = Matrix.times(1.0 / (BATCH * BATCH), vs[l]);
                }
                lambda = Matrix.times(1.0 / (BATCH * BATCH), lambda);
            }
        }
        return true;
    }

    private void fitAgain(List<Example> examples) {
        fit(examples);
        lambda = trial.moments(examples, labels, bases());
    }

    /** Positions of the longest sequences but the last, all of the shorter ones. */
    private void dropLastColumn() {
        List<Example> cut = trial.examples().stream().map(example -> example.length() < trial.longest()
                ? example : Example.ofTokens(withLabel(example))).toList();
        positions = Convention.Counts.of(cut, 1).positions();
        List<KroneckerFactors> factors = trial.factors(cut, labels);
        for (int l = 0; l < a.length; l++) {
            a[l] = Matrix.times(positions, factors.get(l).activation());
            s[l] = Matrix.times(positions, factors.get(l).gradient());
        }
        decompose();
        lambda = moments(gradients(trial.examples()), RIGHT, false);
    }

    private static int[] withLabel(Example example) {
        return example.indices(Example.TOKENS);
    }

    /** Eigenvectors of what is left of the covariances in bfloat16. */
    private void lowPrecision() {
        for (int l = 0; l < a.length; l++) {
            double[] coarse = Arrays.stream(a[l]).map(x ->
                    Float.intBitsToFloat(Float.floatToIntBits((float) (x / positions)) & 0xffff0000)).toArray();
            SymmetricEigen eigen = SymmetricEigen.of(coarse, columns(l));
            qa[l] = eigen.vectors();
            va[l] = eigen.values();
        }
        lambda = moments(gradients(trial.examples()), RIGHT, false);
    }

    /** Writes the folder and opens it, labels being said to be these. */
    FactorSet write(Path folder, Convention.Labels said) {
        tensors(folder, "activation_covariance", a, true, true);
        tensors(folder, "gradient_covariance", s, false, true);
        tensors(folder, "activation_eigenvectors", qa, true, true);
        tensors(folder, "gradient_eigenvectors", qs, false, true);
        tensors(folder, "activation_eigenvalues", va, true, false);
        tensors(folder, "gradient_eigenvalues", vs, false, false);
        SafetensorsWriter moments = new SafetensorsWriter();
        for (int l = 0; l < a.length; l++) {
            moments.add(trial.layers.get(l).name(),
                    Matrix.times(Trial.SEQUENCES, Layout.part(trial, lambda, l)), trial.layers.get(l).outputs(),
                    columns(l));
        }
        moments.write(folder.resolve("lambda_matrix.safetensors"));
        counts(folder, "num_activation_covariance_processed", positions);
        counts(folder, "num_gradient_covariance_processed", positions);
        counts(folder, "num_lambda_processed", Trial.SEQUENCES);
        try {
            Files.writeString(folder.resolve("factor_arguments.json"),
                    "{\"use_empirical_fisher\": " + (said == Convention.Labels.TRAINING) + "}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return KronfluenceFactors.open(folder);
    }

    private void tensors(Path folder, String name, double[][] values, boolean activation, boolean square) {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int l = 0; l < values.length; l++) {
            int n = activation ? columns(l) : trial.layers.get(l).outputs();
            writer.add(trial.layers.get(l).name(), values[l], square ? new int[] {n, n} : new int[] {n});
        }
        writer.write(folder.resolve(name + ".safetensors"));
    }

    private void counts(Path folder, String name, long count) {
        SafetensorsWriter writer = new SafetensorsWriter();
        trial.layers.forEach(layer -> writer.add(layer.name(), new long[] {count}, 1));
        writer.write(folder.resolve(name + ".safetensors"));
    }
}
