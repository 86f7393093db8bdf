package org.plumbline.solve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.linalg.Vectors;
import org.plumbline.program.Shape;

/** Random blocks, curvatures and vectors, and the plain products that tests compare with. */
public final class RandomSystems {
    public static final double EPSILON = Math.ulp(1.0);
    public static final Compute COMPUTE = new Compute(LoweredEngine.scalar(), Workers.serial());

    private final RandomGenerator random;

    public RandomSystems(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    public double[] gaussian(int count) {
        double[] values = new double[count];
        Arrays.setAll(values, i -> random.nextGaussian());
        return values;
    }

    /** Some layers, rectangular as a rule, half of them with a bias. */
    public BlockSpace space(int layers) {
        List<ParameterBlock> blocks = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            Optional<String> bias = random.nextBoolean() ? Optional.of("bias." + i) : Optional.empty();
            blocks.add(new ParameterBlock(
                    "layer." + i, "weight." + i, Shape.of(random.nextInt(1, 6), random.nextInt(1, 6)), bias));
        }
        return new BlockSpace(blocks);
    }

    /** Dampings within two decades around {@code scale}, another for each block. */
    public Damping damping(BlockSpace space, double scale) {
        double[] perBlock = new double[space.blocks().size()];
        Arrays.setAll(perBlock, i -> scale * Math.pow(10, random.nextDouble(-1, 1)));
        return new Damping(perBlock);
    }

    /**
     * {@code R Rᵀ / n} with {@code R [n, rank]}: positive semi-definite of this rank, with eigenvalues below about 4.
     */
    public double[] semiDefinite(int n, int rank) {
        double[] r = gaussian(n * rank);
        double[] product = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < rank; k++) {
                    product[i * n + j] += r[i * rank + k] * r[j * rank + k] / n;
                }
            }
        }
        return product;
    }

    /** A curvature with these eigenvalues and random eigenvectors. */
    public DenseCurvature withEigenvalues(BlockSpace space, double[] values) {
        int n = space.dimension();
        return new DenseCurvature(space, compose(orthogonal(n), values, n), COMPUTE);
    }

    /** A curvature of half rank. */
    public DenseCurvature curvature(BlockSpace space) {
        int n = space.dimension();
        return new DenseCurvature(space, semiDefinite(n, (n + 1) / 2), COMPUTE);
    }

    /** Orthonormal columns: the eigenvectors of a random symmetric matrix. */
    public double[] orthogonal(int n) {
        return SymmetricEigen.of(semiDefinite(n, n), n).vectors();
    }

    public KroneckerFactors factors(ParameterBlock block) {
        return new KroneckerFactors(block, semiDefinite(block.columns(), block.columns()),
                semiDefinite(block.rows(), block.rows()), random.nextDouble(1, 20));
    }

    public KroneckerBasis basis(ParameterBlock block) {
        return KroneckerBasis.of(factors(block));
    }

    public RandomGenerator random() {
        return random;
    }

    /** {@code Q diag(values) Qᵀ}. */
    public static double[] compose(double[] q, double[] values, int n) {
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    matrix[i * n + j] += q[i * n + k] * values[k] * q[j * n + k];
                }
            }
        }
        return matrix;
    }

    /** {@code C + D}. */
    public static double[] damped(DenseCurvature curvature, Damping damping) {
        int n = curvature.space().dimension();
        double[] matrix = curvature.matrix().clone();
        double[] diagonal = damping.diagonal(curvature.space());
        for (int i = 0; i < n; i++) {
            matrix[i * n + i] += diagonal[i];
        }
        return matrix;
    }

    public static double[] multiply(double[] a, double[] x) {
        int n = x.length;
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            y[i] = Vectors.dot(Arrays.copyOfRange(a, i * n, i * n + n), x);
        }
        return y;
    }

    public static double distance(double[] x, double[] y) {
        return Vectors.norm(Systems.difference(x, y));
    }
}
