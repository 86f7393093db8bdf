package org.plumbline.audit.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plumbline.influence.Convention;
import org.plumbline.influence.Convention.Positions;

/** What explains {@code Σ ā āᵀ}: which positions are counted, how the ones of the bias stand in it, and its divisor. */
final class ActivationSearch {
    private final Evidence evidence;
    private final Scales scales;
    private final Matcher matcher;
    private final Convention claimed;

    ActivationSearch(Evidence evidence, Matcher matcher, Convention claimed) {
        this.evidence = evidence;
        this.scales = new Scales(evidence);
        this.matcher = matcher;
        this.claimed = claimed;
    }

    /** Which positions a sum runs over. */
    private record Counted(String words, Positions positions, List<Mistake> mistakes, Variant variant, int dropped) {}

    private static final int NOTHING = 0;
    private static final int LAST_OF_ALL = 1;
    private static final int LAST_OF_LONGEST = 2;

    private List<Counted> counted() {
        List<Counted> all = new ArrayList<>();
        all.add(new Counted("all tokens", Positions.ALL_TOKENS, List.of(), Variant.PLAIN, NOTHING));
        if (evidence.isLastFed()) {
            all.add(new Counted("tokens that predict one", Positions.PREDICTING, List.of(), Variant.PLAIN,
                    LAST_OF_ALL));
        }
        if (evidence.hasPadding()) {
            all.add(new Counted("padding counted", Positions.ALL_TOKENS, List.of(Mistake.M7), Variant.PADDING_FED,
                    NOTHING));
            if (evidence.isLastFed()) {
                all.add(new Counted("the last column of the padded data dropped", Positions.ALL_TOKENS,
                        List.of(Mistake.M7), Variant.PLAIN, LAST_OF_LONGEST));
            }
        }
        all.add(new Counted("the first token twice", Positions.ALL_TOKENS, List.of(Mistake.M20),
                Variant.FIRST_TOKEN_TWICE, NOTHING));
        return all;
    }

    Finding find() {
        return Matcher.finding("A", this::level,
                "sequences of one length, or numbers that coincide");
    }

    private List<Matcher.Match> level(int mistakes, boolean exact) {
        List<Matcher.Match> matches = new ArrayList<>();
        for (Counted counted : counted()) {
            for (Ones ones : Ones.values()) {
                if (counted.mistakes().size() + ones.mistakes().size() != mistakes) {
                    continue;
                }
                sum(counted).ifPresent(sum -> {
                    double[][] values = new double[sum.length][];
                    boolean changes = ones == Ones.LAST;
                    for (int l = 0; l < sum.length; l++) {
                        values[l] = ones.of(sum[l], evidence.layers().get(l).columns(),
                                evidence.layers().get(l).bias().isPresent());
                        changes |= values[l] != sum[l];
                    }
                    if (changes) {
                        List<Mistake> all = new ArrayList<>(counted.mistakes());
                        all.addAll(ones.mistakes());
                        matches.addAll(matcher.match(new Candidate(
                                counted.words() + (ones.words().isEmpty() ? "" : ", " + ones.words()),
                                Traits.of(counted.positions()), all,
                                counted.positions() == claimed.positions() ? 0 : 0.5, Prediction.exact(values)),
                                scales.ofCovariance(counted.positions(), claimed.covariance())));
                    }
                });
            }
        }
        return matches;
    }

    private Optional<double[][]> sum(Counted counted) {
        return evidence.rows(counted.variant()).map(rows -> {
            double[][] sums = new double[rows.length][];
            for (int l = 0; l < rows.length; l++) {
                int n = evidence.layers().get(l).columns();
                sums[l] = new double[n * n];
                for (Rows row : rows[l]) {
                    boolean drop = counted.dropped() == LAST_OF_ALL
                            || counted.dropped() == LAST_OF_LONGEST && row.positions() == evidence.longest();
                    row.addInputs(sums[l], 0, row.positions() - (drop ? 1 : 0));
                }
            }
            return sums;
        });
    }

    /** How the ones of the bias stand in the matrix. */
    private enum Ones {
        LAST("", List.of()),
        FIRST("the bias in the first column", List.of()),
        EMPTY("the ones column empty", List.of(Mistake.M9)),
        MISSING("the ones column missing", List.of(Mistake.M9));

        private final String words;
        private final List<Mistake> mistakes;

        Ones(String words, List<Mistake> mistakes) {
            this.words = words;
            this.mistakes = mistakes;
        }

        String words() {
            return words;
        }

        List<Mistake> mistakes() {
            return mistakes;
        }

        double[] of(double[] matrix, int n, boolean bias) {
            return switch (this) {
                case LAST -> matrix;
                case FIRST -> bias ? moved(matrix, n) : matrix;
                case EMPTY -> bias ? emptied(matrix, n) : matrix;
                case MISSING -> bias ? cut(matrix, n) : matrix;
            };
        }

        private static double[] moved(double[] matrix, int n) {
            double[] moved = new double[n * n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    moved[(i + 1) % n * n + (j + 1) % n] = matrix[i * n + j];
                }
            }
            return moved;
        }

        private static double[] emptied(double[] matrix, int n) {
            double[] emptied = matrix.clone();
            for (int i = 0; i < n; i++) {
                emptied[i * n + n - 1] = 0;
                emptied[(n - 1) * n + i] = 0;
            }
            return emptied;
        }

        private static double[] cut(double[] matrix, int n) {
            double[] cut = new double[(n - 1) * (n - 1)];
            for (int i = 0; i < n - 1; i++) {
                System.arraycopy(matrix, i * n, cut, i * (n - 1), n - 1);
            }
            return cut;
        }
    }
}
