package org.plumbline.batch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.MemoryEstimate;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.program.ElementType;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * {@code Σ_t x_t x_tᵀ} over the rows of matrices, in double precision from sums over one matrix in
 * that of the programs.
 *
 * <p>Layers of one width share an array for their products, which is added to the sum as soon as it is written: it
 * stays in the cache, and the memory is that of the widest and not of all of them.
 */
public final class OuterProducts {
    private static final String ROWS = "rows";
    private static final String PRODUCT = "product";

    private final Compute compute;
    private final Precision precision;
    private final Map<Shape, Program> built = new ConcurrentHashMap<>();
    /** For each {@code n}: all widths take turns in each batch. */
    private final Map<Integer, ExecutablePool<Shape, Executable>> pools = new ConcurrentHashMap<>();

    public OuterProducts(Compute compute, Precision precision) {
        this.compute = compute;
        this.precision = precision;
    }

    /** {@code XᵀX [n, n]} of {@code X [rows, n]}. */
    public static Program program(int rows, int n) {
        ProgramBuilder b = new ProgramBuilder();
        Value x = b.input(ROWS, ElementType.REAL, Shape.of(rows, n));
        return b.build(PRODUCT, b.matmul(x, true, x, false));
    }

    /**
     * Adds the products of all rows to the lower triangle of a matrix, stored row after row.
     *
     * @param rows {@code [rows, n]}
     * @param packed {@code n(n+1)/2} numbers
     */
    public void add(Storage rows, int n, double[] packed) {
        Shape shape = Shape.of(rows.size() / n, n);
        pools.computeIfAbsent(n, _ -> newPool()).borrow(shape, () -> compile(shape), executable -> {
            executable.bind(ROWS, rows);
            executable.run();
            addTriangle(executable.output(PRODUCT), n, packed);
        });
    }

    private static void addTriangle(Storage matrix, int n, double[] packed) {
        switch (matrix) {
            case Storage.Doubles(double[] array) -> {
                for (int i = 0, at = 0; i < n; i++) {
                    for (int j = 0; j <= i; j++, at++) {
                        packed[at] += array[i * n + j];
                    }
                }
            }
            case Storage.Floats(float[] array) -> {
                for (int i = 0, at = 0; i < n; i++) {
                    for (int j = 0; j <= i; j++, at++) {
                        packed[at] += array[i * n + j];
                    }
                }
            }
            case Storage.Indices _ -> throw new IllegalStateException("a product of reals is real");
        }
    }

    private ExecutablePool<Shape, Executable> newPool() {
        return new ExecutablePool<>(compute.workers().threads(),
                shape -> MemoryEstimate.bufferBytes(program(shape), precision));
    }

    private Program program(Shape shape) {
        return built.computeIfAbsent(shape, key -> program(key.dimension(0), key.dimension(1)));
    }

    private Executable compile(Shape shape) {
        return compute.engine().compile(program(shape), precision);
    }
}
