package org.plumbline.program;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Values for the inputs of a program, by name.
 *
 * @param reals numbers that are exact in single precision too, so that both precisions start from the same point
 */
public record Arguments(Map<String, double[]> reals, Map<String, int[]> indices) {
    private static final String BELOW = "below";

    /** The name of an index input of a random program: it tells the bound that its elements lie below. */
    static String indexName(int bound, int number) {
        return BELOW + bound + "." + number;
    }

    /** Numbers uniform in [−1, 1), indices uniform below the bound in their input's {@linkplain #indexName name}. */
    public static Arguments random(Program program, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, double[]> reals = new LinkedHashMap<>();
        Map<String, int[]> indices = new LinkedHashMap<>();
        program.inputs().forEach((name, value) -> {
            int size = value.shape().size();
            switch (value.type()) {
                case REAL -> reals.put(name, random.doubles(size, -1, 1).map(x -> (float) x).toArray());
                case INDEX -> indices.put(name, random.ints(size, 0, bound(name)).toArray());
            }
        });
        return new Arguments(reals, indices);
    }

    private static int bound(String name) {
        return Integer.parseInt(name.substring(BELOW.length(), name.indexOf('.')));
    }

    /** The part of these arguments that element {@code element} of a batch along the named inputs' first axis sees. */
    public Arguments element(int element, int batch, Collection<String> batched) {
        Map<String, double[]> someReals = new LinkedHashMap<>(reals);
        Map<String, int[]> someIndices = new LinkedHashMap<>(indices);
        for (String name : batched) {
            someReals.computeIfPresent(name, (_, x) -> Arrays.copyOfRange(
                    x, element * (x.length / batch), (element + 1) * (x.length / batch)));
            someIndices.computeIfPresent(name, (_, x) -> Arrays.copyOfRange(
                    x, element * (x.length / batch), (element + 1) * (x.length / batch)));
        }
        return new Arguments(someReals, someIndices);
    }

    /** These arguments with one real replaced. */
    public Arguments with(String name, double[] values) {
        Map<String, double[]> changed = new LinkedHashMap<>(reals);
        changed.put(name, values);
        return new Arguments(changed, indices);
    }

    /** These arguments and, for names that they lack, the others. */
    public Arguments or(Arguments others) {
        Map<String, double[]> allReals = new LinkedHashMap<>(others.reals);
        Map<String, int[]> allIndices = new LinkedHashMap<>(others.indices);
        allReals.putAll(reals);
        allIndices.putAll(indices);
        return new Arguments(allReals, allIndices);
    }
}
