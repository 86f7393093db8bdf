package org.plumbline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.lang.classfile.ClassModel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.plumbline.kernels.Parallel;

/**
 * Reads the byte code of every class of the package {@code kernels} and refuses what the GPU compiler rejects or,
 * worse, silently compiles to something else. The rules and their reasons stand at {@link Parallel}.
 */
class KernelBytecodeTest {

    private static final KernelBytecode SCAN = KernelBytecode.ofLoops();

    @Test
    void kernelsKeepToTheSubsetThatCompilesOnBothSides() throws Exception {
        List<ClassModel> classes = KernelBytecode.classesBeside(Parallel.class);
        assertTrue(classes.size() > 0, "no kernel class was found");
        assertEquals(List.of(), classes.stream().flatMap(model -> SCAN.violations(model).stream()).toList());
    }

    /** The scan can fail: it finds the construct in each method of {@link ForbiddenKernels} but the last two. */
    @Test
    void everyForbiddenConstructIsFound() throws Exception {
        InputStream forbidden = ForbiddenKernels.class.getResourceAsStream("KernelBytecodeTest$ForbiddenKernels.class");
        Set<String> found = SCAN.violations(KernelBytecode.parse(forbidden)).stream()
                .map(violation -> violation.substring(violation.indexOf('.') + 1, violation.indexOf(':')))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> expected = Stream.concat(
                        Arrays.stream(ForbiddenKernels.class.getDeclaredMethods()).map(Method::getName),
                        Arrays.stream(ForbiddenKernels.class.getDeclaredFields()).map(Field::getName))
                .filter(name -> !name.startsWith("allowed") && !name.startsWith("lambda$"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, found);
    }

    /** One forbidden construct a method, apart from those whose names begin with {@code allowed}. */
    @SuppressWarnings("unused")
    private static final class ForbiddenKernels {

        private static final float[] table = {1f, 2f};

        static int unsignedShift(int x) {
            return x >>> 3;
        }

        public static void step(double[] x) {}

        static void throwing(int x) {
            throw null;
        }

        static void objects(double[] x) {
            x[0] = new Object() == null ? 0.0 : 1.0;
        }

        static void severalDimensions(double[] x) {
            x[0] = new double[2][3].length;
        }

        static void arrayOfArrays(double[] x) {
            double[][] rows = {x};
            rows[0][0] = 1.0;
        }

        static void matrixParameter(float[][] x) {}

        static void booleanParameter(boolean flag) {}

        static Object objectResult() {
            return null;
        }

        void instanceMethod(double[] x) {}

        static double fusedMultiplyAdd(double a, double b, double c) {
            return Math.fma(a, b, c);
        }

        static int exactArithmetic(int a, int b) {
            return Math.addExact(a, b);
        }

        static int rotation(int x) {
            return Integer.rotateLeft(x, 5);
        }

        static void tableLookup(float[] x) {
            x[0] = table[1];
        }

        static void lambda() {
            Runnable nothing = () -> {};
        }

        static void lock(double[] x) {
            synchronized (x) {
                x[0] = 1.0;
            }
        }

        static boolean nanAsInequality(double x) {
            return x != x;
        }

        static void negatedComparison(double[] x) {
            if (!(x[0] <= 0)) {
                x[0] = 1;
            }
        }

        static void negatedComparisonInSinglePrecision(float[] x) {
            x[0] = !(x[1] > x[2]) ? 1 : 2;
        }

        static void twoNests(double[] x) {
            for (@Parallel int i = 0; i < x.length; i++) {
                x[i] = i;
            }
            for (@Parallel int i = 0; i < x.length; i++) {
                x[i] += 1.0;
            }
        }

        static void allowedComparisons(double[] x, float[] y) {
            double larger = x[0] > x[1] ? x[0] : x[1];
            if (x[2] < larger && y[0] >= y[1] && x[2] != 0) {
                x[3] = y[2] <= 0 ? 1 : 2;
            }
            while (x[4] < 1) {
                x[4] += x[5];
            }
        }

        static void allowedNest(double[] x, int n, byte[] bytes) {
            for (@Parallel int i = 0; i < n; i++) {
                for (@Parallel int j = 0; j < n; j++) {
                    double[] local = new double[2];
                    for (int k = 0; k < n; k++) {
                        local[k & 1] += Math.exp(x[k]) * (bytes[k] >> 2);
                    }
                    x[i * n + j] = Double.isNaN(local[0]) ? local[1] : 0.0;
                }
            }
        }
    }
}
