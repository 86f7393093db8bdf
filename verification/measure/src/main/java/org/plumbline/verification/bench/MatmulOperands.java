package org.plumbline.verification.bench;

import java.util.random.RandomGenerator;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorMatmul32;
import org.plumbline.engine.vector.VectorMatmul64;
import org.plumbline.random.RandomStreams;

/** Operands of one shape in one precision, and the product that runs over them. */
public sealed interface MatmulOperands {

    /** Returns random operands; {@code precision} is "double" or "float". */
    static MatmulOperands random(MatmulShape shape, String precision) {
        RandomGenerator random = RandomStreams.of(1, "operands", 0);
        double[] a = random.doubles(shape.lengthA(), -1, 1).toArray();
        double[] b = random.doubles(shape.lengthB(), -1, 1).toArray();
        return switch (precision) {
            case "double" -> new Doubles(shape, a, shape.symmetric() ? a : b, new double[shape.lengthC()]);
            case "float" -> {
                float[] left = floats(a);
                yield new Floats(shape, left, shape.symmetric() ? left : floats(b), new float[shape.lengthC()]);
            }
            default -> throw new IllegalArgumentException("precision must be double or float, found " + precision);
        };
    }

    /** Computes the product once. */
    void multiply(Workers workers);

    /** Double precision. */
    record Doubles(MatmulShape shape, double[] a, double[] b, double[] c) implements MatmulOperands {
        @Override
        public void multiply(Workers workers) {
            VectorMatmul64.matmul(a, shape.transposeA(), shape.batchA(), b, shape.transposeB(), shape.batchB(), c,
                    shape.batch(), shape.m(), shape.k(), shape.n(), workers);
        }
    }

    /** Single precision. */
    record Floats(MatmulShape shape, float[] a, float[] b, float[] c) implements MatmulOperands {
        @Override
        public void multiply(Workers workers) {
            VectorMatmul32.matmul(a, shape.transposeA(), shape.batchA(), b, shape.transposeB(), shape.batchB(), c,
                    shape.batch(), shape.m(), shape.k(), shape.n(), workers);
        }
    }

    private static float[] floats(double[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) x[i];
        }
        return y;
    }
}
