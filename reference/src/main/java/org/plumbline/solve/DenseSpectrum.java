package org.plumbline.solve;

import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.program.ElementType;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;

/**
 * The eigenvalues of a dense curvature, and its negative part.
 *
 * <p>About {@code 12 P³} operations for the decomposition and {@code 2 k P²} for a negative part of rank {@code k};
 * memory {@code 24 P²} bytes. Worth keeping where several dampings or treatments of negative curvature are compared.
 */
public final class DenseSpectrum {
    private static final int ROWS = 128;

    private final DenseCurvature curvature;
    private final Compute compute;
    private final SymmetricEigen eigen;
    private final double[] values;

    private DenseSpectrum(DenseCurvature curvature, Compute compute, SymmetricEigen eigen) {
        this.curvature = curvature;
        this.compute = compute;
        this.eigen = eigen;
        this.values = eigen.values();
    }

    /**
     * Decomposes a curvature.
     *
     * @throws org.plumbline.linalg.MatrixException if it has an element that is not finite, or is not symmetric
     */
    public static DenseSpectrum of(DenseCurvature curvature, Compute compute) {
        int n = curvature.space().dimension();
        return new DenseSpectrum(curvature, compute, SymmetricEigen.of(curvature.matrix(), n, compute.workers()));
    }

    public BlockSpace space() {
        return curvature.space();
    }

    /** The curvature that was decomposed. */
    public DenseCurvature curvature() {
        return curvature;
    }

    /** All eigenvalues, ascending; a copy. */
    public double[] values() {
        return values.clone();
    }

    /**
     * The number of eigenvalues that are negative beyond rounding: below {@code −P ε max |h|}, {@code ε = 2⁻⁵²}. One
     * that is closer to zero has the sign of its rounding error, and a matrix of low rank has hundreds of them.
     */
    public int negativeEigenvalues() {
        return negativeBeyondRounding(values);
    }

    /** The same of any eigenvalues, ascending. */
    static int negativeBeyondRounding(double[] ascending) {
        double largest = Math.max(Math.abs(ascending[0]), Math.abs(ascending[ascending.length - 1]));
        return below(ascending, -ascending.length * Math.ulp(1.0) * largest);
    }

    private static int below(double[] ascending, double limit) {
        int count = 0;
        while (count < ascending.length && ascending[count] < limit) {
            count++;
        }
        return count;
    }

    /** The least eigenvalue: the most negative one, if any is negative. */
    public double leastEigenvalue() {
        return values[0];
    }

    /** {@code min |h|}. */
    public double smallestMagnitude() {
        double smallest = Double.POSITIVE_INFINITY;
        for (double value : values) {
            smallest = Math.min(smallest, Math.abs(value));
        }
        return smallest;
    }

    /**
     * {@code H + factor · H₋} with {@code H₋ = Σ_{h<0} |h| q qᵀ}: {@code H₊} for factor 1, {@code |H|} for 2. The sum,
     * and not {@code Q diag(|h|) Qᵀ}, keeps a matrix without negative eigenvalues as it is to the last bit.
     */
    double[] withNegativePart(double factor) {
        int n = values.length;
        int rank = below(values, 0);
        double[] sum = curvature.matrix().clone();
        if (rank == 0) {
            return sum;
        }
        double[] root = negativeRoot(rank, factor);
        int tasks = (n + ROWS - 1) / ROWS;
        compute.workers().forEach(tasks, task -> {
            int from = task * ROWS;
            int rows = Math.min(ROWS, n - from);
            double[] part = new double[rows * rank];
            System.arraycopy(root, from * rank, part, 0, part.length);
            Executable product = compute.engine().compile(outerProduct(rows, n, rank), Precision.DOUBLE);
            product.bind("part", Storage.of(part));
            product.bind("root", Storage.of(root));
            product.run();
            double[] result = product.doubles("product");
            for (int i = 0; i < result.length; i++) {
                sum[from * n + i] += result[i];
            }
        });
        return sum;
    }

    /** {@code R [n, rank]} with {@code R Rᵀ = factor · H₋}. */
    private double[] negativeRoot(int rank, double factor) {
        int n = values.length;
        double[] vectors = eigen.vectors();
        double[] root = new double[n * rank];
        for (int k = 0; k < rank; k++) {
            double scale = Math.sqrt(-factor * values[k]);
            for (int i = 0; i < n; i++) {
                root[i * rank + k] = scale * vectors[i * n + k];
            }
        }
        return root;
    }

    private static Program outerProduct(int rows, int n, int rank) {
        ProgramBuilder b = new ProgramBuilder();
        return b.build("product", b.matmul(
                b.input("part", ElementType.REAL, Shape.of(rows, rank)), false,
                b.input("root", ElementType.REAL, Shape.of(n, rank)), true));
    }
}
