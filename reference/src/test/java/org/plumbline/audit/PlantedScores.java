package org.plumbline.audit;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import org.plumbline.audit.diagnosis.Mistake;
import org.plumbline.audit.files.ScoreSet;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.TokenGradients;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/**
 * Scores as an implementation with one mistake would compute them from sound factors, at a damping of 0.1 · mean(Λ).
 */
final class PlantedScores {
    /** Mistakes that scores can show. */
    enum Kind {
        SOUND(null), TURNED(Mistake.M1), APPENDED(Mistake.M2), MULTIPLIED_DAMPED(Mistake.M3), PILED_UP(Mistake.M4),
        FIRST_LAYERS(Mistake.M4), PADDING_LOSS(Mistake.M7), TOKEN_MEAN(Mistake.M8), NO_ONES(Mistake.M9),
        AXES(Mistake.M9), LAST_USE(Mistake.M10), CONSTANT_DAMPING(Mistake.M11), PER_SHARD(Mistake.M11),
        INSIDE(Mistake.M11), SIGN(Mistake.M13), ONE_COPY(Mistake.M13), NORMALIZED(Mistake.M14),
        PROJECTED(Mistake.M14), COLUMNS(Mistake.M15), ACCUMULATED(Mistake.M16), MULTIPLIED(Mistake.M17),
        KFAC(Mistake.M17), SUMMED_INVERSES(Mistake.M18), SHIFTED_BACK(Mistake.M19), SHIFTED_ON(Mistake.M19),
        BATCH_SIZE(Mistake.M20), TWICE(Mistake.M20);

        final Optional<Mistake> mistake;

        Kind(Mistake mistake) {
            this.mistake = Optional.ofNullable(mistake);
        }
    }

    private static final int BATCH = 4;

    private final Trial trial;
    private final KroneckerCurvature curvature;
    private final double meanLength;
    private double[][] training;
    private double[][] queries;
    private double[] diagonal;
    private double[] lambda;
    private boolean turned;
    private BinaryOperator<Double> weight = (d, l) -> 1 / (d + l);
    private boolean piling;

    PlantedScores(Trial trial, PlantedFactors factors) {
        this.trial = trial;
        this.curvature = new KroneckerCurvature(trial.space, factors.bases(), factors.lambda());
        this.meanLength = factors.meanLength();
        training = trial.gradients(trial.examples());
        queries = trial.gradients(trial.queries);
        diagonal = factors.lambda();
        lambda = curvature.damping(0.1).diagonal(trial.space);
    }

    /** {@code [Q][N]}. */
    private double[][] scores() {
        double[][] scores = new double[queries.length][training.length];
        for (int q = 0; q < queries.length; q++) {
            double[] left = turned ? curvature.rotateBack(queries[q]) : curvature.rotate(queries[q]);
            for (int i = 0; i < left.length; i++) {
                left[i] *= weight.apply(diagonal[i], piling ? (q + 1) * lambda[i] : lambda[i]);
            }
            for (int m = 0; m < training.length; m++) {
                scores[q][m] = Vectors.dot(
                        left, turned ? curvature.rotateBack(training[m]) : curvature.rotate(training[m]));
            }
        }
        return scores;
    }

    /** Reads both sides in a wrong way. */
    private void read(BiFunction<TrackedLayer, double[], double[]> reading) {
        for (double[][] side : List.of(training, queries)) {
            for (double[] gradient : side) {
                for (int l = 0; l < trial.layers.size(); l++) {
                    double[] part = reading.apply(trial.layers.get(l), Layout.part(trial, gradient, l));
                    System.arraycopy(part, 0, gradient, trial.space.offset(l), part.length);
                }
            }
        }
    }

    private static double[][] scaled(double[][] rows, double by) {
        return Arrays.stream(rows).map(row -> Matrix.times(by, row)).toArray(double[][]::new);
    }

    /** The scores with a mistake; empty where it makes no difference to this trial. */
    Optional<ScoreSet> plant(Kind kind) {
        switch (kind) {
            case SOUND, SIGN, ONE_COPY, PROJECTED, ACCUMULATED, SHIFTED_BACK, SHIFTED_ON, BATCH_SIZE -> { }
            case TURNED -> turned = true;
            case APPENDED -> read(Layout::appended);
            case AXES -> read(Layout::axes);
            case COLUMNS -> read(Layout::columns);
            case NO_ONES -> read(Layout::withoutBias);
            case MULTIPLIED_DAMPED -> weight = (d, l) -> d + l;
            case MULTIPLIED -> weight = (d, _) -> d;
            case PILED_UP -> piling = true;
            case FIRST_LAYERS -> Arrays.fill(lambda, lambda[0]);
            case CONSTANT_DAMPING -> Arrays.fill(lambda, 1e-8);
            case PER_SHARD -> lambda = Matrix.times(2, lambda);
            case PADDING_LOSS -> training = trial.gradients(trial.padded(true));
            case TWICE -> {
                if (!trial.lastFed) {
                    return Optional.empty();
                }
                training = trial.gradients(trial.doubled(trial.examples()));
            }
            case TOKEN_MEAN -> training = trial.gradients(trial.means());
            case LAST_USE -> {
                training = lastUse(trial.examples());
                queries = lastUse(trial.queries);
            }
            case NORMALIZED -> {
                for (int m = 0; m < training.length; m++) {
                    training[m] = Matrix.times(1 / Vectors.norm(training[m]), training[m]);
                }
            }
            case INSIDE -> inside();
            case KFAC -> diagonal = products();
            case SUMMED_INVERSES -> sumInverses();
        }
        if (kind == Kind.KFAC) {
            lambda = new KroneckerCurvature(trial.space, curvature.bases(), diagonal).damping(0.1)
                    .diagonal(trial.space);
        }
        return Optional.of(set(after(kind, scores())));
    }

    private double[][] lastUse(List<Example> examples) {
        TokenGradients tokens = new TokenGradients(trial.objective, trial.layers, Trial.COMPUTE);
        return examples.stream().map(example -> {
            double[][] parts = tokens.of(example);
            double[] sum = new double[trial.space.dimension()];
            for (int t = parts.length / 2; t < parts.length; t++) {
                Vectors.axpy(1, parts[t], sum);
            }
            return sum;
        }).toArray(double[][]::new);
    }

    private double[] products() {
        double[] products = new double[trial.space.dimension()];
        for (int l = 0; l < trial.layers.size(); l++) {
            KroneckerBasis basis = curvature.bases().get(l);
            for (int i = 0; i < basis.rows() * basis.columns(); i++) {
                products[trial.space.offset(l) + i] = meanLength
                        * Math.max(0, basis.gradientValues()[i / basis.columns()])
                        * Math.max(0, basis.activationValues()[i % basis.columns()]);
            }
        }
        return products;
    }

    /** {@code λ + √(λ n̄)(s_i + a_j)}. */
    private void inside() {
        for (int l = 0; l < trial.layers.size(); l++) {
            KroneckerBasis basis = curvature.bases().get(l);
            for (int i = 0; i < basis.rows() * basis.columns(); i++) {
                double own = lambda[trial.space.offset(l) + i];
                lambda[trial.space.offset(l) + i] = own + Math.sqrt(own * meanLength)
                        * (Math.max(0, basis.gradientValues()[i / basis.columns()])
                                + Math.max(0, basis.activationValues()[i % basis.columns()]));
            }
        }
    }

    /** {@code Σ_b 1/(Λ_b + λ_b)}. */
    private void sumInverses() {
        double[] sum = new double[trial.space.dimension()];
        for (int begin = 0; begin < training.length; begin += BATCH) {
            int end = Math.min(training.length, begin + BATCH);
            double[] own = new double[sum.length];
            for (int m = begin; m < end; m++) {
                double[] rotated = curvature.rotate(training[m]);
                for (int i = 0; i < own.length; i++) {
                    own[i] += rotated[i] * rotated[i] / (end - begin);
                }
            }
            double[] damping = new KroneckerCurvature(trial.space, curvature.bases(), own).damping(0.1)
                    .diagonal(trial.space);
            for (int i = 0; i < own.length; i++) {
                sum[i] += 1 / (own[i] + damping[i]);
            }
        }
        diagonal = sum;
        weight = (d, _) -> d;
    }

    private double[][] after(Kind kind, double[][] scores) {
        int n = Trial.SEQUENCES;
        int from = n / 3;
        return switch (kind) {
            case SIGN -> scaled(scores, -1);
            case ONE_COPY -> scaled(scores, 1.0 / n);
            case PROJECTED -> scaled(scores, 64);
            case BATCH_SIZE -> rows(scores, (row, m) -> row[m] / Math.min(BATCH, n - m / BATCH * BATCH));
            case ACCUMULATED -> rows(scores, (row, m) -> {
                double sum = 0;
                for (int k = m; k >= 0; k -= BATCH) {
                    sum += row[k];
                }
                return sum;
            });
            case SHIFTED_ON -> rows(scores, (row, m) -> m < from ? row[m] : m == from ? 0 : row[m - 1]);
            case SHIFTED_BACK -> rows(scores, (row, m) -> m < from ? row[m] : m + 1 < n ? row[m + 1] : 0);
            default -> scores;
        };
    }

    @FunctionalInterface
    private interface Cell {
        double of(double[] row, int m);
    }

    private static double[][] rows(double[][] scores, Cell cell) {
        return Arrays.stream(scores).map(row -> {
            double[] changed = new double[row.length];
            Arrays.setAll(changed, m -> cell.of(row, m));
            return changed;
        }).toArray(double[][]::new);
    }

    private static ScoreSet set(double[][] scores) {
        SequencedMap<String, double[]> all = new LinkedHashMap<>();
        all.put(ScoreSet.ALL, Arrays.stream(scores).flatMapToDouble(Arrays::stream).toArray());
        return new ScoreSet("planted", scores.length, scores[0].length, 0, false, all);
    }
}
