package org.plumbline.program;

import static org.plumbline.program.Op.require;
import static org.plumbline.program.Op.requireIndex;
import static org.plumbline.program.Op.requireRank;
import static org.plumbline.program.Op.requireReal;

import java.util.List;

/**
 * An operation that exists for speed. Each carries its {@linkplain #define definition} in primitive operations (or in
 * fused ones that are simpler); a property test holds the two equal on every engine, and a transformation that has no
 * rule for the fused form applies itself to the definition, so differentiating any number of times stays exact.
 *
 * <p>All of them work on rows, the last axis, or on elements, so leading axes are free.
 */
public sealed interface FusedOp extends Op {

    /** The definition of this operation, emitted into {@code builder}; its operands are values of that builder. */
    Value define(ProgramBuilder builder);

    /**
     * A smooth activation function or its first or second derivative, elementwise.
     *
     * @param order 0 for the function, 1 or 2 for a derivative
     */
    record Activation(ActivationFunction function, int order, Value x) implements FusedOp {
        /** Orders above this one are derived from the definition. */
        public static final int HIGHEST_ORDER = 2;

        public Activation {
            requireReal(x);
            require(order >= 0 && order <= HIGHEST_ORDER, "fused activations have order 0 to 2, found %d", order);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Activation(function, order, operands.get(0));
        }

        @Override
        public Shape shape() {
            return x.shape();
        }

        @Override
        public Value define(ProgramBuilder builder) {
            return ActivationDefinitions.define(builder, this);
        }
    }

    /** {@code softmax(x)_i = e^{x_i} / Σ_j e^{x_j}} along the last axis. */
    record Softmax(Value x) implements FusedOp {
        public Softmax {
            requireRows(x);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Softmax(operands.get(0));
        }

        @Override
        public Shape shape() {
            return x.shape();
        }

        @Override
        public Value define(ProgramBuilder b) {
            // The shift by the row's maximum cancels; it only keeps the exponentials in range.
            Value exponentials = b.exp(b.subtract(x, b.alongRows(b.stopGradient(b.max(x)), x)));
            return b.divide(exponentials, b.alongRows(b.sumRows(exponentials), x));
        }
    }

    /**
     * {@code (diag(p) − p pᵀ) u} for each row: {@code p ∘ (u − ⟨p, u⟩)}. With {@code p = softmax(x)} it is the
     * derivative of softmax applied to {@code u}, which is symmetric and so serves forward and reverse mode alike, and
     * it is the Hessian of cross-entropy in the logits.
     */
    record SoftmaxProjection(Value p, Value u) implements FusedOp {
        public SoftmaxProjection {
            suffixRows(p, u);
        }

        @Override
        public List<Value> operands() {
            return List.of(p, u);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new SoftmaxProjection(operands.get(0), operands.get(1));
        }

        @Override
        public Shape shape() {
            return Op.suffixJoin(p.shape(), u.shape());
        }

        @Override
        public Value define(ProgramBuilder b) {
            Value weighted = b.multiply(p, u);
            return b.subtract(weighted, b.multiply(b.alongRows(b.sumRows(weighted), weighted), p));
        }
    }

    /** {@code log Σ_j e^{x_j}} along the last axis: {@code [..., n] → [...]}. */
    record LogSumExp(Value x) implements FusedOp {
        public LogSumExp {
            requireRows(x);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new LogSumExp(operands.get(0));
        }

        @Override
        public Shape shape() {
            return Op.rows(x);
        }

        @Override
        public Value define(ProgramBuilder b) {
            Value largest = b.stopGradient(b.max(x));
            return b.add(b.log(b.sumRows(b.exp(b.subtract(x, b.alongRows(largest, x))))), largest);
        }
    }

    /** {@code −log softmax(logits)[label]} for each row: {@code [..., n], [...] → [...]}, in nats. */
    record CrossEntropy(Value logits, Value labels) implements FusedOp {
        public CrossEntropy {
            requireRows(logits);
            requireIndex(labels);
            Op.suffixJoin(Op.rows(logits), labels.shape());
        }

        @Override
        public List<Value> operands() {
            return List.of(logits, labels);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new CrossEntropy(operands.get(0), operands.get(1));
        }

        @Override
        public Shape shape() {
            return Op.suffixJoin(Op.rows(logits), labels.shape());
        }

        @Override
        public Value define(ProgramBuilder b) {
            return b.subtract(b.logSumExp(logits), b.pick(logits, labels));
        }
    }

    /**
     * {@code weight · (softmax(logits) − e_label)} for each row: the derivative of weighted {@link CrossEntropy} in the
     * logits, {@code [..., n], [...], [...] → [..., n]}.
     */
    record CrossEntropyGradient(Value logits, Value labels, Value weights) implements FusedOp {
        public CrossEntropyGradient {
            requireRows(logits);
            requireIndex(labels);
            requireReal(weights);
            Shape rows = Op.rows(logits);
            require(labels.shape().isSuffixOf(rows) && weights.shape().isSuffixOf(rows),
                    "labels %s and weights %s do not fit logits %s", labels.shape(), weights.shape(), logits.shape());
        }

        @Override
        public List<Value> operands() {
            return List.of(logits, labels, weights);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new CrossEntropyGradient(operands.get(0), operands.get(1), operands.get(2));
        }

        @Override
        public Shape shape() {
            return logits.shape();
        }

        @Override
        public Value define(ProgramBuilder b) {
            Value p = b.softmax(logits);
            Value target = b.place(b.fill(1, labels.shape()), labels, logits.shape().dimension(-1));
            return b.multiply(b.subtract(p, target), b.alongRows(weights, p));
        }
    }

    /**
     * Each row scaled to unit second moment: {@code (x − μ) / √(mean((x − μ)²) + ε)}, with {@code μ} the row's mean if
     * {@code centered} (LayerNorm without its affine map; Ba, Kiros and Hinton, 2016) and 0 if not (RMSNorm; Zhang and
     * Sennrich, 2019).
     */
    record Standardize(Value x, double epsilon, boolean centered) implements FusedOp {
        public Standardize {
            requireRows(x);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Standardize(operands.get(0), epsilon, centered);
        }

        @Override
        public Shape shape() {
            return x.shape();
        }

        @Override
        public Value define(ProgramBuilder b) {
            Value deviations = centered ? b.centerRows(x) : x;
            return b.multiply(deviations, b.alongRows(b.inverseDeviation(x, epsilon, centered), x));
        }
    }

    /** {@code 1 / √(mean((x − μ)²) + ε)} of each row: {@code [..., n] → [...]}; see {@link Standardize}. */
    record InverseDeviation(Value x, double epsilon, boolean centered) implements FusedOp {
        public InverseDeviation {
            requireRows(x);
        }

        @Override
        public List<Value> operands() {
            return List.of(x);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new InverseDeviation(operands.get(0), epsilon, centered);
        }

        @Override
        public Shape shape() {
            return Op.rows(x);
        }

        @Override
        public Value define(ProgramBuilder b) {
            Value deviations = centered ? b.centerRows(x) : x;
            Value variance = b.meanRows(b.multiply(deviations, deviations));
            return b.reciprocal(b.sqrt(b.affine(variance, 1, epsilon)));
        }
    }

    /**
     * The derivative of {@link Standardize} applied to {@code u}, for each row with result {@code y} and inverse
     * deviation {@code r}: {@code r (u − mean(u) − y · mean(y ∘ u))}, without {@code mean(u)} if not centered. The
     * matrix is symmetric, so it serves forward and reverse mode alike.
     */
    record StandardizeProjection(Value y, Value r, Value u, boolean centered) implements FusedOp {
        public StandardizeProjection {
            suffixRows(y, u);
            requireReal(r);
            require(r.shape().equals(Op.rows(y)), "inverse deviations %s do not fit rows of %s", r.shape(), y.shape());
        }

        @Override
        public List<Value> operands() {
            return List.of(y, r, u);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new StandardizeProjection(operands.get(0), operands.get(1), operands.get(2), centered);
        }

        @Override
        public Shape shape() {
            return Op.suffixJoin(y.shape(), u.shape());
        }

        @Override
        public Value define(ProgramBuilder b) {
            Value overlap = b.meanRows(b.multiply(y, u));
            Value along = b.multiply(b.alongRows(overlap, shape()), y);
            Value remainder = b.subtract(centered ? b.centerRows(u) : u, along);
            return b.multiply(remainder, b.alongRows(r, y));
        }
    }

    private static void requireRows(Value x) {
        requireReal(x);
        requireRank(x, 1);
    }

    private static void suffixRows(Value first, Value second) {
        requireRows(first);
        requireRows(second);
        Op.suffixJoin(first.shape(), second.shape());
    }
}
