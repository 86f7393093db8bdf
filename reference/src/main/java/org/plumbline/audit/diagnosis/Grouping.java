package org.plumbline.audit.diagnosis;

import java.util.List;

/** What is summed before it is squared. */
sealed interface Grouping {

    /** The gradient of a sequence. */
    record Sequence() implements Grouping {}

    /** That of a token. */
    record Token() implements Grouping {}

    /** The mean of a batch. */
    record BatchMean(int size) implements Grouping {}

    /** That of each use of a weight, the positions of a sequence being shared by {@code uses} equal ones. */
    record Use(int uses) implements Grouping {}

    /** That of the last use alone. */
    record LastUse(int uses) implements Grouping {}

    /** In words; none for a sequence. */
    default String words() {
        return switch (this) {
            case Sequence _ -> "";
            case Token _ -> "squares of single tokens";
            case BatchMean(int size) -> "the mean of a batch of " + size + " squared";
            case Use(int uses) -> "each of " + uses + " uses of a weight squared by itself";
            case LastUse(int uses) -> "the last of " + uses + " uses of a weight alone";
        };
    }

    /** The mistakes in it. */
    default List<Mistake> mistakes() {
        return switch (this) {
            case Sequence _ -> List.of();
            case Token _ -> List.of(Mistake.M6);
            case BatchMean _ -> List.of(Mistake.M8);
            case Use _, LastUse _ -> List.of(Mistake.M10);
        };
    }

    /** Where the parts of a sequence of {@code positions} begin, and their end. */
    default int[] bounds(int positions) {
        return switch (this) {
            case Sequence _, BatchMean _ -> new int[] {0, positions};
            case Token _ -> parts(0, positions, positions);
            case Use(int uses) -> parts(0, uses, positions);
            case LastUse(int uses) -> parts(uses - 1, uses, positions);
        };
    }

    private static int[] parts(int from, int count, int positions) {
        int[] bounds = new int[count - from + 1];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = (from + i) * positions / count;
        }
        return bounds;
    }
}
