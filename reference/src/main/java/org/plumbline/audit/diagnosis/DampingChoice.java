package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.plumbline.curvature.DampingRule;

/**
 * What may be added to the eigenvalues of a layer.
 *
 * @param words what it is
 * @param kind what it depends on
 * @param value its number
 * @param mistakes in it
 * @param unlikely how much speaks against it before the numbers are seen, in mistakes
 */
record DampingChoice(String words, Kind kind, double value, List<Mistake> mistakes, double unlikely) {

    /** What a damping depends on. */
    enum Kind {
        /** {@code value · mean(Λ_ℓ)}. */
        RELATIVE,
        /** {@code value}. */
        ABSOLUTE,
        /** {@code value · mean(Λ_1)} for all layers. */
        FIRST_LAYER,
        /** {@code value · mean(Λ_ℓ)} split over both factors: {@code λ + √(λ n̄)(s_i + a_j)}. */
        INSIDE,
        /** The same, split by the traces of the factors. */
        INSIDE_BY_TRACES
    }

    private static final double NOT_SAID = 0.5;

    /** The likely one first: that which is said, or that of each known tool. */
    static List<DampingChoice> all(Optional<DampingRule> said) {
        List<DampingChoice> all = new ArrayList<>();
        List<Mistake> other = said.isPresent() ? List.of(Mistake.M11) : List.of();
        double relative = 0.1;
        switch (said.orElse(null)) {
            case DampingRule.Relative(double factor) -> {
                relative = factor;
                all.add(relative(factor, List.of(), 0));
            }
            case DampingRule.Absolute(double lambda) -> all.add(absolute(lambda, List.of(), 0));
            case DampingRule.PerLayer _ -> throw new IllegalArgumentException("a damping by layers is no convention");
            case null -> { }
        }
        for (double factor : new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 0.01, 0.001}) {
            all.add(relative(factor, other, factor == 0.1 ? 0 : NOT_SAID));
        }
        for (double lambda : new double[] {1e-8, 0, 1e-10, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1}) {
            all.add(absolute(lambda, other, lambda <= 1e-8 ? 0 : NOT_SAID));
        }
        all.add(new DampingChoice(text(relative) + " · mean(Λ) of the first layer for all", Kind.FIRST_LAYER, relative,
                List.of(Mistake.M4), 0));
        all.add(new DampingChoice("damping " + text(relative) + " · mean(Λ) inside the factors", Kind.INSIDE, relative,
                List.of(Mistake.M11), 0));
        all.add(new DampingChoice("damping " + text(relative) + " · mean(Λ) inside the factors, split by their traces",
                Kind.INSIDE_BY_TRACES, relative, List.of(Mistake.M11), 0));
        if (said.isPresent()) {
            for (int shards : new int[] {2, 3, 4, 5, 6, 7, 8, 16}) {
                DampingChoice once = all.getFirst();
                all.add(new DampingChoice(once.words + ", once for each of " + shards + " shards", once.kind,
                        once.value * shards, List.of(Mistake.M11), 0.1));
            }
        }
        List<DampingChoice> distinct = new ArrayList<>();
        for (DampingChoice choice : all) {
            if (distinct.stream().noneMatch(one -> one.kind == choice.kind && one.value == choice.value)) {
                distinct.add(choice);
            }
        }
        return distinct;
    }

    private static DampingChoice relative(double factor, List<Mistake> mistakes, double unlikely) {
        return new DampingChoice("damping " + text(factor) + " · mean(Λ)", Kind.RELATIVE, factor, mistakes, unlikely);
    }

    private static DampingChoice absolute(double lambda, List<Mistake> mistakes, double unlikely) {
        return new DampingChoice("damping " + text(lambda), Kind.ABSOLUTE, lambda, mistakes, unlikely);
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%s", value);
    }

    /** Whether it is inside the factors. */
    boolean isInside() {
        return kind == Kind.INSIDE || kind == Kind.INSIDE_BY_TRACES;
    }

    /**
     * The damping of a layer.
     *
     * @param moments eigenvalues of the layer
     * @param first eigenvalues of the first layer
     */
    double of(double[] moments, double[] first) {
        return switch (kind) {
            case RELATIVE, INSIDE, INSIDE_BY_TRACES -> value * mean(moments);
            case ABSOLUTE -> value;
            case FIRST_LAYER -> value * mean(first);
        };
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }
}
