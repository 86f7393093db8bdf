package org.plumbline.curvature;

import java.util.Locale;
import org.plumbline.batch.ExecutablePool;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.program.ProgramBuilder;

/**
 * A curvature as a dense symmetric matrix {@code [P, P]}, row-major. Memory {@code 8 P²} bytes, a product
 * {@code 2 P²} operations.
 */
public final class DenseCurvature implements Curvature {
    private final BlockSpace space;
    private final double[] matrix;
    private final Compute compute;

    /**
     * Products by their number of rows. Solvers ask for the same one again and again; one is kept, for a device holds a
     * copy of the matrix for each.
     */
    private final ExecutablePool<Integer, Executable> products = new ExecutablePool<>(1);

    /**
     * @param matrix {@code [P, P]}, kept and not copied
     * @throws IllegalArgumentException if the matrix does not fit the space
     */
    public DenseCurvature(BlockSpace space, double[] matrix, Compute compute) {
        if (matrix.length != (long) space.dimension() * space.dimension()) {
            throw new IllegalArgumentException("a curvature of " + space.dimension() + " parameters has "
                    + (long) space.dimension() * space.dimension() + " elements, found " + matrix.length);
        }
        this.space = space;
        this.matrix = matrix;
        this.compute = compute;
    }

    /** What its products run on. */
    Compute compute() {
        return compute;
    }

    /**
     * The matrix of any curvature, column by column from its products with unit vectors: the definition that faster
     * constructions are tested against. {@code P} products.
     */
    public static DenseCurvature of(Curvature curvature, Compute compute) {
        int n = curvature.space().dimension();
        requireMemory(n);
        double[] matrix = new double[n * n];
        double[] unit = new double[n];
        for (int j = 0; j < n; j++) {
            unit[j] = 1;
            double[] column = curvature.apply(unit);
            unit[j] = 0;
            for (int i = 0; i < n; i++) {
                matrix[i * n + j] = column[i];
            }
        }
        return new DenseCurvature(curvature.space(), matrix, compute);
    }

    /**
     * @throws InsufficientMemoryException if a matrix of {@code n} rows does not fit into memory
     */
    static void requireMemory(int n) {
        String what = String.format(Locale.ROOT, "a dense curvature of %,d parameters", n);
        InsufficientMemoryException.require(8L * n * n, what);
        if ((long) n * n > Integer.MAX_VALUE) {
            InsufficientMemoryException.require(Long.MAX_VALUE, what);
        }
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    /** The matrix itself, {@code [P, P]}; not a copy. */
    public double[] matrix() {
        return matrix;
    }

    @Override
    public double[] apply(double[] v) {
        return applyAll(new double[][] {v})[0];
    }

    @Override
    public double[][] applyAll(double[][] vectors) {
        int n = space.dimension();
        double[] stacked = new double[vectors.length * n];
        for (int i = 0; i < vectors.length; i++) {
            System.arraycopy(vectors[i], 0, stacked, i * n, n);
        }
        double[][] split = new double[vectors.length][n];
        products.borrow(vectors.length, () -> productWithMatrix(vectors.length), product -> {
            product.bind("x", Storage.of(stacked));
            product.run();
            double[] results = product.doubles("products");
            for (int i = 0; i < vectors.length; i++) {
                System.arraycopy(results, i * n, split[i], 0, n);
            }
        });
        return split;
    }

    private Executable productWithMatrix(int rows) {
        Executable product = product(rows, space.dimension());
        product.bindConstant("m", Storage.of(matrix));
        return product;
    }

    /** {@code X M} for {@code X [rows, n]} and {@code M [n, n]}, on the engine. */
    private Executable product(int rows, int n) {
        ProgramBuilder b = new ProgramBuilder();
        return compute.engine().compile(
                b.build("products", b.matmul(b.real("x", rows, n), b.real("m", n, n))), Precision.DOUBLE);
    }

    /** The diagonal. */
    public double[] diagonal() {
        int n = space.dimension();
        double[] diagonal = new double[n];
        for (int i = 0; i < n; i++) {
            diagonal[i] = matrix[i * n + i];
        }
        return diagonal;
    }

    /** The square block {@code i} on the diagonal, row-major. */
    public double[] block(int i) {
        int n = space.dimension();
        int from = space.offset(i);
        int size = space.offset(i + 1) - from;
        double[] block = new double[size * size];
        for (int row = 0; row < size; row++) {
            System.arraycopy(matrix, (from + row) * n + from, block, row * size, size);
        }
        return block;
    }

    /**
     * {@code diag(Qᵀ C_i Q)} of the square block {@code i} on the diagonal.
     *
     * @param q orthonormal columns {@code [size, size]}, row-major
     */
    public double[] diagonalIn(int i, double[] q) {
        int size = space.offset(i + 1) - space.offset(i);
        Executable product = product(size, size);
        product.bind("x", Storage.of(block(i)));
        product.bind("m", Storage.of(q));
        product.run();
        double[] rotated = product.doubles("products");
        double[] diagonal = new double[size];
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                diagonal[column] += q[row * size + column] * rotated[row * size + column];
            }
        }
        return diagonal;
    }

    /** This curvature with everything outside the blocks on the diagonal set to zero. */
    public DenseCurvature blockDiagonal() {
        int n = space.dimension();
        double[] kept = new double[matrix.length];
        for (int i = 0; i < space.blocks().size(); i++) {
            int from = space.offset(i);
            int size = space.offset(i + 1) - from;
            for (int row = from; row < from + size; row++) {
                System.arraycopy(matrix, row * n + from, kept, row * n + from, size);
            }
        }
        return new DenseCurvature(space, kept, compute);
    }
}
