package org.plumbline.influence.store;

import java.util.Arrays;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.SafetensorsFile;

/**
 * Tensors of a store with what must hold for them: a checksum says that a file is the one that was written, and not
 * that what was written makes sense.
 */
final class StoredTensors {
    /** Products of two numbers, and sums of them, stay finite. */
    private static final double MOST = 1e150;
    /** Columns of eigenvectors have norm 1 up to rounding, which is below 10⁻¹⁰ at any size that fits into memory. */
    private static final double UNIT = 1e-6;
    /** Products in two orders differ by less at any size that fits into memory. */
    private static final double ROUNDING = 1e-9;

    private StoredTensors() {}

    /**
     * @throws MalformedFileException if an element is not finite, or its square would not be
     */
    static double[] finite(SafetensorsFile file, String name, int... shape) {
        file.requireShape(name, shape);
        double[] values = file.doubles(name);
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i]) <= MOST)) {
                throw malformed(file, name, "element " + i + " is " + values[i]
                        + ", expected a finite number, of at most " + MOST);
            }
        }
        return values;
    }

    /**
     * @throws MalformedFileException if an element is not finite or negative
     */
    static double[] atLeastZero(SafetensorsFile file, String name, int... shape) {
        double[] values = finite(file, name, shape);
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0) {
                throw malformed(file, name, "element " + i + " is " + values[i] + ", expected a mean of squares");
            }
        }
        return values;
    }

    /**
     * A square matrix.
     *
     * @throws MalformedFileException if an element is not finite, or the matrix is not symmetric up to rounding
     */
    static double[] symmetric(SafetensorsFile file, String name, int n) {
        double[] values = finite(file, name, n, n);
        double rounding = ROUNDING * Arrays.stream(values).map(Math::abs).max().orElse(0);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                if (Math.abs(values[i * n + j] - values[j * n + i]) > rounding) {
                    throw malformed(file, name, "found " + values[i * n + j] + " at (" + i + ", " + j + ") and "
                            + values[j * n + i] + " at (" + j + ", " + i + "), expected a symmetric matrix");
                }
            }
        }
        return values;
    }

    /**
     * A square matrix of columns of norm 1.
     *
     * @throws MalformedFileException if a column has another norm
     */
    static double[] unitColumns(SafetensorsFile file, String name, int n) {
        double[] values = finite(file, name, n, n);
        double[] squares = new double[n];
        for (int i = 0; i < values.length; i++) {
            squares[i % n] += values[i] * values[i];
        }
        for (int j = 0; j < n; j++) {
            if (!(Math.abs(squares[j] - 1) <= UNIT)) {
                throw malformed(file, name, "column " + j + " has norm " + Math.sqrt(squares[j])
                        + ", expected eigenvectors of norm 1");
            }
        }
        return values;
    }

    private static MalformedFileException malformed(SafetensorsFile file, String name, String detail) {
        return new MalformedFileException(file.path(), "tensor '" + name + "': " + detail);
    }
}
