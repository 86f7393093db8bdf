package org.plumbline.influence;

import java.nio.file.Path;
import org.plumbline.influence.corpus.SampledScores;
import org.plumbline.io.Json;
import org.plumbline.linalg.Vectors;

/**
 * How far scores are off because their Gauss–Newton matrix is the mean over a sample of the training data, found by
 * splitting the sample. With {@code s₁} and {@code s₂} the scores by the halves of a sample of {@code m} out of
 * {@code N} sequences, drawn without replacement (Cochran, <em>Sampling Techniques</em>, 1977, chapter 2),
 *
 * <pre>  standard error ≈ √(1 − m/N) |s₁ − s₂| / 2.</pre>
 *
 * <p>A sample also has a bias, since the mean of inverses is not the inverse of the mean. To first order the bias is
 * proportional to {@code 1/m − 1/N}, and so it is the difference of the halves' mean from the score of the sample,
 * times {@code (1/m − 1/N) / (2/m − 1/m) = 1 − m/N}.
 *
 * <p>Two halves give one degree of freedom, so errors are root mean squares over the sequences of a query. They hold to
 * first order: where they are large, they are rough.
 *
 * @param sampled {@code m}
 * @param training {@code N}
 * @param standardErrors of a score, in root mean square over the sequences, as a fraction of the root mean square of
 *     the query's scores; one for each query
 * @param biases of a score, likewise
 */
public record SamplingError(int sampled, int training, double[] standardErrors, double[] biases) {

    /**
     * The error of scores by a sample.
     *
     * @param scores {@code [queries][sequences]}, by the sample
     * @param first the same by its first half
     * @param second and by its second half
     */
    static SamplingError of(int sampled, int training, double[][] scores, double[][] first, double[][] second) {
        double left = 1 - (double) sampled / training;
        double[] errors = new double[scores.length];
        double[] biases = new double[scores.length];
        for (int q = 0; q < scores.length; q++) {
            double[] difference = first[q].clone();
            Vectors.axpy(-1, second[q], difference);
            double[] bias = scores[q].clone();
            Vectors.scale(-2, bias);
            Vectors.axpy(1, first[q], bias);
            Vectors.axpy(1, second[q], bias);
            double size = Vectors.norm(scores[q]);
            errors[q] = size == 0 ? 0 : Math.sqrt(left) * Vectors.norm(difference) / 2 / size;
            biases[q] = size == 0 ? 0 : left * Vectors.norm(bias) / 2 / size;
        }
        return new SamplingError(sampled, training, errors, biases);
    }

    /** That of a query. */
    public SampledScores ofQuery(int query) {
        return new SampledScores(sampled, training, standardErrors[query], biases[query]);
    }

    /**
     * What a file says.
     *
     * @throws org.plumbline.io.InputException if it is missing or malformed
     */
    public static SamplingError read(Path file) {
        return Json.read(file, SamplingError.class);
    }

    /** @throws org.plumbline.io.InputException if it cannot be written */
    void write(Path file) {
        Json.write(file, this);
    }
}
