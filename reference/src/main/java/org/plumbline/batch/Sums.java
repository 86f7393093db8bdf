package org.plumbline.batch;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Named sums in double precision: a part of a fold, or all of it. With 53 bits a count stays exact to 9·10¹⁵, where
 * single precision stalls at 2²⁴.
 */
public final class Sums {
    private final SequencedMap<String, double[]> arrays = new LinkedHashMap<>();

    /** Zeros of these lengths. */
    Sums(Map<String, Integer> lengths) {
        lengths.forEach((name, length) -> arrays.put(name, new double[length]));
    }

    public double[] get(String name) {
        return arrays.get(name);
    }

    SequencedMap<String, double[]> arrays() {
        return arrays;
    }

    /** Adds a later part: {@code this + part}, elementwise, so that the merges' order fixes every bit. */
    void merge(Sums part) {
        arrays.forEach((name, sum) -> {
            double[] terms = part.get(name);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += terms[i];
            }
        });
    }

    /** The name of the first sum with an element that is not finite, or {@code null}. */
    @Nullable String firstNonFinite() {
        for (Map.Entry<String, double[]> entry : arrays.entrySet()) {
            // 0 · x is 0 for finite x, and NaN otherwise; a sum has no branch for each element.
            double sum = 0;
            for (double value : entry.getValue()) {
                sum += 0 * value;
            }
            if (Double.isNaN(sum)) {
                return entry.getKey();
            }
        }
        return null;
    }

    void clear() {
        arrays.values().forEach(array -> Arrays.fill(array, 0));
    }
}
