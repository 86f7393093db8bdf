package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.plumbline.influence.Convention;

/** The factors that conventions and mistakes put between a sum over the data and what is stored. */
final class Scales {
    private static final double ANOTHER_DIVISOR = 0.5;

    private final Evidence evidence;

    Scales(Evidence evidence) {
        this.evidence = evidence;
    }

    /** Sizes of batches that are tried: powers of two, round numbers, and those that divide the data. */
    List<Integer> batches() {
        Set<Integer> sizes = new LinkedHashSet<>();
        int n = evidence.sequences();
        for (int b = 2; b <= Math.min(n, 4096); b *= 2) {
            sizes.add(b);
        }
        for (int b : new int[] {3, 5, 6, 10, 12, 20, 24, 25, 48, 50, 96, 100}) {
            if (b <= n) {
                sizes.add(b);
            }
        }
        sizes.add(n);
        sizes.remove(1);
        return List.copyOf(sizes);
    }

    /** What a stored covariance may be divided by. */
    List<Scale> ofCovariance(Convention.Positions positions, Convention.Divisor claimed) {
        Convention.Counts counts = evidence.counts(positions);
        List<Scale> scales = new ArrayList<>();
        for (Convention.Divisor divisor : Convention.Divisor.values()) {
            double unlikely = divisor == claimed ? 0 : ANOTHER_DIVISOR;
            if (divisor == Convention.Divisor.BATCH) {
                batches().stream().filter(b -> b < evidence.sequences()).forEach(b -> scales.add(
                        new Scale("divided by a batch of " + b, Traits.ofCovariance(divisor), 1.0 / b, List.of(),
                                unlikely + ANOTHER_DIVISOR)));
            } else {
                scales.add(new Scale(words(divisor), Traits.ofCovariance(divisor), 1 / divisor.of(counts), List.of(),
                        unlikely));
            }
        }
        return distinct(scales);
    }

    /** What a stored {@code Λ} may be divided by. */
    List<Scale> ofEigenvalues(Convention.Divisor claimed) {
        Convention.Counts counts = evidence.counts(Convention.Positions.ALL_TOKENS);
        List<Scale> scales = new ArrayList<>();
        for (Convention.Divisor divisor : List.of(
                Convention.Divisor.NONE, Convention.Divisor.SEQUENCES, Convention.Divisor.POSITIONS)) {
            scales.add(new Scale(words(divisor), Traits.ofEigenvalues(divisor), 1 / divisor.of(counts), List.of(),
                    divisor == claimed ? 0 : ANOTHER_DIVISOR));
        }
        return distinct(scales);
    }

    /** These, with gradients that were divided by the size of a batch. */
    List<Scale> withBatchMeans(List<Scale> scales) {
        List<Scale> all = new ArrayList<>();
        for (Scale scale : scales) {
            for (int b : batches()) {
                all.add(new Scale(joined(scale.words(), "gradients divided by a batch of " + b), scale.traits(),
                        scale.factor() / ((double) b * b), List.of(Mistake.M20), scale.unlikely()));
            }
        }
        return all;
    }

    private static String joined(String a, String b) {
        return a.isEmpty() ? b : a + ", " + b;
    }

    static String words(Convention.Divisor divisor) {
        return switch (divisor) {
            case NONE -> "a sum";
            case POSITIONS -> "a mean over positions";
            case LOSS_POSITIONS -> "divided by the positions that bear loss";
            case SEQUENCES -> "divided by the sequences";
            case BATCH -> "divided by the size of a batch";
        };
    }

    /** Scales of equal factors are one: the first, which is the likelier, stands for all. */
    private static List<Scale> distinct(List<Scale> scales) {
        List<Scale> sorted = scales.stream()
                .sorted((a, b) -> Double.compare(a.unlikely(), b.unlikely())).toList();
        List<Scale> distinct = new ArrayList<>();
        for (Scale scale : sorted) {
            if (distinct.stream().noneMatch(one -> Math.abs(one.factor() / scale.factor() - 1) < 1e-12)) {
                distinct.add(scale);
            }
        }
        return distinct;
    }
}
