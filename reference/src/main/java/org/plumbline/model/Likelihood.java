package org.plumbline.model;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.plumbline.program.FusedOp;
import org.plumbline.program.Op;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * What a row of model outputs says about its label: the negative log-likelihood of one position and its derivatives in
 * the outputs. The loss of an example is the <em>sum</em> over its positions, each times its weight (1 where it bears
 * loss, 0 where it does not).
 */
public enum Likelihood {
    /** {@code −log softmax(z)[label]}; labels are class indices {@code [T]}. */
    CATEGORICAL {
        @Override
        public Value loss(ProgramBuilder b, Value outputs, Value weights) {
            Value labels = b.index(Example.LABELS, outputs.shape().dimension(0));
            return b.sumAll(b.multiply(b.crossEntropy(outputs, labels), weights));
        }

        /** {@code w (diag(p) − p pᵀ) ż}. */
        @Override
        public Value hessianProduct(ProgramBuilder b, Value outputs, Value weights, Value tangent) {
            return b.multiply(b.softmaxProjection(b.softmax(outputs), tangent), b.alongRows(weights, outputs));
        }

        /** {@code w (softmax(z) − e_label)}. */
        @Override
        public Value outputGradient(ProgramBuilder b, Value outputs, Value weights) {
            Value labels = b.index(Example.LABELS, outputs.shape().dimension(0));
            return b.emit(new FusedOp.CrossEntropyGradient(outputs, labels, weights));
        }

        /** {@code softmax(z)}. */
        @Override
        public Value mean(ProgramBuilder b, Value outputs) {
            return b.softmax(outputs);
        }

        /** {@code w (p − e_y)} for {@code y ~ p}. */
        @Override
        public void sampleGradient(
                double[] mean, int from, RandomGenerator random, double weight, double[] gradient,
                int to, int classes) {
            double uniform = random.nextDouble();
            int label = 0;
            double cumulative = mean[from];
            while (label + 1 < classes && uniform >= cumulative) {
                label++;
                cumulative += mean[from + label];
            }
            for (int c = 0; c < classes; c++) {
                gradient[to + c] = weight * (c == label ? mean[from + c] - 1 : mean[from + c]);
            }
        }

        /** {@code w Wᵀ (diag(p) − p pᵀ) W}. */
        @Override
        public Value hiddenHessian(ProgramBuilder b, Value outputs, Value weights, Value head) {
            int width = head.shape().dimension(-1);
            Value p = b.broadcast(b.softmax(outputs), outputs.rank() - 1, Shape.of(width));
            Value projected = b.softmaxProjection(p, b.transposeMatrix(head));
            Value hessian = b.matmul(projected, head);
            return b.multiply(hessian, b.broadcast(weights, weights.rank(), Shape.of(width, width)));
        }

        /** {@code w √p_c (e_c − p)}. */
        @Override
        public void rootColumn(double[] mean, int column, double weight, double[] gradient) {
            double scale = weight * Math.sqrt(mean[column]);
            for (int c = 0; c < gradient.length; c++) {
                gradient[c] = scale * ((c == column ? 1 : 0) - mean[c]);
            }
        }

        /** {@code w (σ ⊙ √p − p Σ_c σ_c √p_c)}. */
        @Override
        public void signedRoot(double[] mean, RandomGenerator random, double weight, double[] gradient) {
            double sum = 0;
            for (int c = 0; c < gradient.length; c++) {
                gradient[c] = random.nextBoolean() ? Math.sqrt(mean[c]) : -Math.sqrt(mean[c]);
                sum += gradient[c];
            }
            for (int c = 0; c < gradient.length; c++) {
                gradient[c] = weight * (gradient[c] - sum * mean[c]);
            }
        }
    },
    /** {@code ½‖target − z‖²}, a Gaussian of unit variance up to a constant; targets are {@code [T, outputs]}. */
    GAUSSIAN {
        @Override
        public Value loss(ProgramBuilder b, Value outputs, Value weights) {
            Value targets = b.real(Example.TARGETS, outputs.shape().dimensions());
            Value residual = b.subtract(outputs, targets);
            return b.scale(b.sumAll(b.multiply(b.multiply(residual, residual), b.alongRows(weights, outputs))), 0.5);
        }

        /** {@code w ż}. */
        @Override
        public Value hessianProduct(ProgramBuilder b, Value outputs, Value weights, Value tangent) {
            return b.multiply(tangent, b.alongRows(weights, outputs));
        }

        /** {@code w (z − target)}. */
        @Override
        public Value outputGradient(ProgramBuilder b, Value outputs, Value weights) {
            Value targets = b.real(Example.TARGETS, outputs.shape().dimensions());
            return b.multiply(b.subtract(outputs, targets), b.alongRows(weights, outputs));
        }

        /** {@code z}. */
        @Override
        public Value mean(ProgramBuilder b, Value outputs) {
            return outputs;
        }

        /** {@code w (z − y) = −w ε} for {@code y = z + ε}, {@code ε} standard normal. */
        @Override
        public void sampleGradient(
                double[] mean, int from, RandomGenerator random, double weight, double[] gradient,
                int to, int classes) {
            for (int c = 0; c < classes; c++) {
                gradient[to + c] = -weight * random.nextGaussian();
            }
        }

        /** {@code w Wᵀ W}. */
        @Override
        public Value hiddenHessian(ProgramBuilder b, Value outputs, Value weights, Value head) {
            int width = head.shape().dimension(-1);
            Value gram = b.matmul(head, true, head, false);
            return b.multiply(b.broadcast(weights, weights.rank(), Shape.of(width, width)), gram);
        }

        /** {@code w e_c}. */
        @Override
        public void rootColumn(double[] mean, int column, double weight, double[] gradient) {
            Arrays.fill(gradient, 0);
            gradient[column] = weight;
        }

        /** {@code w σ}. */
        @Override
        public void signedRoot(double[] mean, RandomGenerator random, double weight, double[] gradient) {
            for (int c = 0; c < gradient.length; c++) {
                gradient[c] = random.nextBoolean() ? weight : -weight;
            }
        }
    };

    /** The loss of one example: {@code outputs [T, C]}, {@code weights [T]}, to a scalar. */
    public abstract Value loss(ProgramBuilder b, Value outputs, Value weights);

    /**
     * The Hessian of the loss in the outputs, applied to {@code tangent [T, C]}. It is positive semi-definite and does
     * not depend on the labels, for both likelihoods.
     */
    public abstract Value hessianProduct(ProgramBuilder b, Value outputs, Value weights, Value tangent);

    /** The gradient of the loss in the outputs, {@code [T, C]}, at the example's labels. */
    public abstract Value outputGradient(ProgramBuilder b, Value outputs, Value weights);

    /** The mean of the label's distribution under the model, {@code [T, C]}. */
    public abstract Value mean(ProgramBuilder b, Value outputs);

    /**
     * The gradient of one position's loss in the outputs at a label drawn from the model.
     *
     * @param mean of the label's distribution, {@code classes} numbers at {@code from}
     * @param weight of the position
     * @param gradient receives {@code classes} numbers at {@code to}
     */
    public abstract void sampleGradient(
            double[] mean, int from, RandomGenerator random, double weight, double[] gradient, int to, int classes);

    /**
     * The Hessian of the loss in {@code h} where the outputs are {@code z = h Wᵀ}: {@code Wᵀ H_z W} for each position,
     * {@code [..., inputs, inputs]} for outputs {@code [..., C]}.
     *
     * @param head {@code W [C, inputs]}
     */
    public abstract Value hiddenHessian(ProgramBuilder b, Value outputs, Value weights, Value head);

    /**
     * A column of a square root of the Hessian in one position's outputs: {@code Σ_c root_c root_cᵀ} is the Hessian
     * times the square of the weight.
     *
     * @param mean of the label's distribution
     * @param column {@code c}
     * @param gradient receives the column, as many numbers as there are classes
     */
    public abstract void rootColumn(double[] mean, int column, double weight, double[] gradient);

    /**
     * {@code Σ_c σ_c root_c} with independent random signs: its second moment over the signs is that of all columns.
     *
     * @param mean of the label's distribution
     * @param gradient receives the sum, as many numbers as there are classes
     */
    public abstract void signedRoot(double[] mean, RandomGenerator random, double weight, double[] gradient);

    /** The weights of an example's positions, as an input. */
    public static Value weights(ProgramBuilder b, Value outputs) {
        return b.real(Example.WEIGHTS, Op.rows(outputs).dimensions());
    }
}
