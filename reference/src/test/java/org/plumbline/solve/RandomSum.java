package org.plumbline.solve;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.FiniteSumCurvature;
import org.plumbline.linalg.Vectors;

/** A mean of dense matrices, one an example. */
record RandomSum(BlockSpace space, List<double[]> matrices) implements FiniteSumCurvature {

    /** Positive semi-definite examples of low rank and of sizes over a decade. */
    static RandomSum of(RandomSystems systems, BlockSpace space, int examples) {
        int n = space.dimension();
        return new RandomSum(space, IntStream.range(0, examples)
                .mapToObj(m -> {
                    double[] matrix = systems.semiDefinite(n, Math.min(n, 2));
                    Vectors.scale(Math.pow(10, systems.random().nextDouble(-0.5, 0.5)), matrix);
                    return matrix;
                })
                .toList());
    }

    @Override
    public int examples() {
        return matrices.size();
    }

    @Override
    public double[] apply(double[] v) {
        return on(IntStream.range(0, examples()).toArray()).apply(v);
    }

    @Override
    public Curvature on(int... subset) {
        double[] matrix = dense(subset).matrix();
        return new Operator(space, v -> RandomSystems.multiply(matrix, v));
    }

    /** {@code C} as one matrix. */
    DenseCurvature dense() {
        return dense(IntStream.range(0, examples()).toArray());
    }

    /** {@code C_S} as one matrix. */
    DenseCurvature dense(int... subset) {
        double[] mean = new double[space.dimension() * space.dimension()];
        for (int m : subset) {
            Vectors.axpy(1, matrices.get(m), mean);
        }
        Vectors.scale(1.0 / subset.length, mean);
        return new DenseCurvature(space, mean, RandomSystems.COMPUTE);
    }

    /** The same sum, but what a subset multiplies by is made from the true operator. */
    FiniteSumCurvature planted(Plant plant) {
        RandomSum whole = this;
        return new FiniteSumCurvature() {
            @Override
            public BlockSpace space() {
                return space;
            }

            @Override
            public int examples() {
                return whole.examples();
            }

            @Override
            public double[] apply(double[] v) {
                return whole.apply(v);
            }

            @Override
            public Curvature on(int... subset) {
                Curvature right = whole.on(subset);
                double share = (double) subset.length / whole.examples();
                return new Operator(space, v -> plant.of(right.apply(v), v, share));
            }
        };
    }

    private record Operator(BlockSpace space, UnaryOperator<double[]> product) implements Curvature {
        @Override
        public double[] apply(double[] v) {
            return product.apply(v);
        }
    }

    /** What a mistaken operator makes of the product {@code C_S v}. */
    @FunctionalInterface
    interface Plant {
        double[] of(double[] product, double[] v, double share);
    }
}
