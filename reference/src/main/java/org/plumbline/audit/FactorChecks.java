package org.plumbline.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.plumbline.audit.diagnosis.Mistake;
import org.plumbline.audit.diagnosis.Resolution;
import org.plumbline.audit.files.FactorCount;
import org.plumbline.audit.files.FactorModule;
import org.plumbline.audit.files.FactorSet;
import org.plumbline.audit.files.FactorTensor;
import org.plumbline.influence.Convention;

/**
 * What factors must satisfy whatever the model and the data are: one tensor in memory beside its eigenvectors, and
 * {@code n²} operations for each.
 */
final class FactorChecks {
    /** Sums of traces may differ between K-FAC and EK-FAC by the correlation of tokens, which is of order one. */
    private static final double TRACE_RATIO = 4;

    private final FactorSet factors;
    private final List<Check> checks = new ArrayList<>();
    private final Worst notSymmetric = new Worst();
    private final Worst negative = new Worst();
    private final Worst notOrthonormal = new Worst();
    private final Worst notRebuilt = new Worst();
    private final Worst turned = new Worst();
    private final Worst descending = new Worst();
    private final Worst negativeMoments = new Worst();
    private final List<String> corners = new ArrayList<>();
    private final List<String> withoutOnes = new ArrayList<>();
    private final List<String> counts = new ArrayList<>();
    private final List<String> stalled = new ArrayList<>();
    private final List<String> traces = new ArrayList<>();
    private Resolution resolution = Resolution.DOUBLE;
    private boolean cornersHold = true;
    private boolean countsAgree = true;
    private boolean isTurned;

    private FactorChecks(FactorSet factors) {
        this.factors = factors;
    }

    /** What was found in files alone. */
    record Result(List<Check> checks, Resolution resolution) {}

    static Result of(FactorSet factors) {
        FactorChecks all = new FactorChecks(factors);
        for (FactorModule module : factors.modules()) {
            all.look(module);
        }
        all.summarize();
        return new Result(List.copyOf(all.checks), all.resolution);
    }

    private void look(FactorModule module) {
        double activationTrace = side(module, FactorTensor.ACTIVATION_COVARIANCE, FactorTensor.ACTIVATION_EIGENVECTORS,
                FactorTensor.ACTIVATION_EIGENVALUES, FactorCount.ACTIVATION, module.columns());
        double gradientTrace = side(module, FactorTensor.GRADIENT_COVARIANCE, FactorTensor.GRADIENT_EIGENVECTORS,
                FactorTensor.GRADIENT_EIGENVALUES, FactorCount.GRADIENT, module.rows());
        counts(module);
        factors.tensor(module, FactorTensor.LAMBDA).ifPresent(lambda -> {
            negativeMoments.add(module.name(), -Arrays.stream(lambda).min().orElseThrow());
            traces(module, Arrays.stream(lambda).sum(), activationTrace * gradientTrace);
        });
    }

    /** Checks one covariance with what was made of it; returns the trace of its mean, NaN where that is unknown. */
    private double side(
            FactorModule module, FactorTensor covariance, FactorTensor vectors, FactorTensor values, FactorCount count,
            int n) {
        Optional<double[]> c = factors.tensor(module, covariance);
        Optional<double[]> q = factors.tensor(module, vectors);
        Optional<double[]> d = factors.tensor(module, values);
        String name = module.name();
        double mean = scaleToMean(module, count);
        double trace = Double.NaN;
        Resolution own = Resolution.DOUBLE;
        if (c.isPresent()) {
            double[] matrix = c.get();
            own = Resolution.of(matrix);
            resolution = resolution.coarser(own);
            trace = 0;
            for (int i = 0; i < n; i++) {
                trace += matrix[i * n + i] * mean;
            }
            notSymmetric.add(name, asymmetry(matrix, n) / Math.max(own.unit(), Resolution.SINGLE.unit()));
            if (covariance == FactorTensor.ACTIVATION_COVARIANCE) {
                corner(module, matrix[n * n - 1], own);
            }
            if (d.isEmpty()) {
                negative.add(name, -smallestQuotient(matrix, n) / coarse(own, n));
            }
        }
        if (d.isPresent()) {
            double[] sorted = d.get().clone();
            Arrays.sort(sorted);
            double largest = Math.max(Math.abs(sorted[0]), Math.abs(sorted[n - 1]));
            own = own.coarser(Resolution.of(d.get()));
            negative.add(name, largest == 0 ? 0 : -sorted[0] / largest / coarse(own, n));
            double step = 0;
            for (int i = 1; i < n; i++) {
                step = Math.max(step, d.get()[i - 1] - d.get()[i]);
            }
            descending.add(name, largest == 0 ? 0 : step / largest / own.unit());
        }
        if (q.isPresent()) {
            double[] basis = q.get();
            Resolution ofBasis = Resolution.of(basis);
            notOrthonormal.add(name, Probes.frobenius(n, v -> minus(
                    Probes.transposedTimes(basis, Probes.times(basis, v)), v)) / n / ofBasis.unit());
            if (c.isPresent() && d.isPresent() && !Double.isNaN(mean)) {
                rebuilt(name, n, c.get(), mean, basis, d.get(), own.coarser(ofBasis));
            }
        }
        return trace;
    }

    /** Sums of float32 products are kept in float64 by some: rounding is that of the coarser of both. */
    private static double coarse(Resolution resolution, int n) {
        return Math.max(resolution.unit(), Resolution.SINGLE.unit()) * Math.sqrt(n);
    }

    private void rebuilt(
            String name, int n, double[] c, double mean, double[] q, double[] d, Resolution coarsest) {
        double norm = mean * Math.sqrt(Arrays.stream(c).map(x -> x * x).sum());
        if (norm == 0) {
            return;
        }
        double inColumns = Probes.frobenius(n, v -> minus(
                Probes.times(q, scaled(d, Probes.transposedTimes(q, v))), scaled(mean, Probes.times(c, v)))) / norm;
        double inRows = Probes.frobenius(n, v -> minus(
                Probes.transposedTimes(q, scaled(d, Probes.times(q, v))), scaled(mean, Probes.times(c, v)))) / norm;
        notRebuilt.add(name, inColumns / coarsest.unit());
        turned.add(name, inRows / coarsest.unit());
        isTurned |= inRows < inColumns * 1e-3;
    }

    /** {@code max |C_ij − C_ji| / max |C|}. */
    private static double asymmetry(double[] matrix, int n) {
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                difference = Math.max(difference, Math.abs(matrix[i * n + j] - matrix[j * n + i]));
                largest = Math.max(largest, Math.abs(matrix[i * n + j]));
            }
        }
        return largest == 0 ? 0 : difference / largest;
    }

    /** The least {@code vᵀCv / (‖v‖² max C_ii)} of a few {@code v}, and of the axes: negative for no second moment. */
    private static double smallestQuotient(double[] matrix, int n) {
        double largest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, Math.abs(matrix[i * n + i]));
            least = Math.min(least, matrix[i * n + i]);
        }
        return largest == 0 ? 0 : least / largest;
    }

    /** What a stored covariance is multiplied by to be a mean; NaN where it is unknown. */
    private double scaleToMean(FactorModule module, FactorCount count) {
        Convention.Divisor divisor = factors.claims().convention()
                .map(Convention::covariance).orElse(Convention.Divisor.NONE);
        OptionalLong n = factors.count(module, count);
        return switch (divisor) {
            case POSITIONS, LOSS_POSITIONS -> 1;
            case NONE, SEQUENCES, BATCH -> n.isPresent() && n.getAsLong() > 0 ? 1.0 / n.getAsLong() : Double.NaN;
        };
    }

    private void corner(FactorModule module, double corner, Resolution own) {
        OptionalLong count = factors.count(module, FactorCount.ACTIVATION);
        if (count.isEmpty()) {
            return;
        }
        double n = count.getAsLong();
        double expected = n * scaleToMean(module, FactorCount.ACTIVATION) > 0
                && scaleToMean(module, FactorCount.ACTIVATION) == 1 ? 1 : n;
        double difference = Math.abs(corner - expected) / expected;
        if (difference <= 16 * own.unit()) {
            corners.add(module.name());
        } else if (own == Resolution.BFLOAT16 && corner < expected && corner == Math.rint(corner)) {
            stalled.add(String.format(Locale.ROOT, "%s: %.0f of %.0f", module.name(), corner, expected));
            cornersHold = false;
        } else if (expected > 1 && corner > 0 && corner == Math.rint(corner)) {
            corners.add(String.format(Locale.ROOT, "%s: %.0f, but %.0f are counted", module.name(), corner, expected));
            cornersHold = false;
        } else {
            withoutOnes.add(module.name());
        }
    }

    private void counts(FactorModule module) {
        OptionalLong a = factors.count(module, FactorCount.ACTIVATION);
        OptionalLong s = factors.count(module, FactorCount.GRADIENT);
        OptionalLong m = factors.count(module, FactorCount.LAMBDA);
        FactorModule first = factors.modules().getFirst();
        boolean same = a.equals(factors.count(first, FactorCount.ACTIVATION))
                && s.equals(factors.count(first, FactorCount.GRADIENT))
                && m.equals(factors.count(first, FactorCount.LAMBDA));
        boolean sides = a.isEmpty() || s.isEmpty() || a.equals(s);
        boolean positive = (a.isEmpty() || a.getAsLong() > 0) && (m.isEmpty() || m.getAsLong() > 0);
        if (!same || !sides || !positive) {
            countsAgree = false;
            counts.add(module.name() + ": " + text(a) + " positions, " + text(s) + " gradients, " + text(m)
                    + " sequences");
        }
    }

    private static String text(OptionalLong count) {
        return count.isPresent() ? Long.toString(count.getAsLong()) : "no";
    }

    private void traces(FactorModule module, double sum, double product) {
        OptionalLong positions = factors.count(module, FactorCount.ACTIVATION);
        OptionalLong sequences = factors.count(module, FactorCount.LAMBDA);
        if (positions.isEmpty() || sequences.isEmpty() || !(product > 0)) {
            return;
        }
        Convention.Divisor divisor = factors.claims().convention()
                .map(Convention::eigenvalues).orElse(Convention.Divisor.NONE);
        double mean = divisor == Convention.Divisor.SEQUENCES ? sum : sum / sequences.getAsLong();
        double length = (double) positions.getAsLong() / sequences.getAsLong();
        double ratio = mean / product / length;
        if (!(ratio < TRACE_RATIO && ratio > 1 / TRACE_RATIO)) {
            traces.add(String.format(Locale.ROOT, "%s: %.3g times what %.1f positions a sequence give",
                    module.name(), ratio, length));
        }
    }

    private void summarize() {
        int n = factors.modules().size();
        if (!corners.isEmpty() || !cornersHold) {
            checks.add(Check.of(cornersHold, "corner of A is the count", cornersHold ? some(corners, n)
                    : String.join("; ", stalled.isEmpty() ? corners : stalled), stalled.isEmpty()
                    ? "the ones that stand for the bias were not counted with the positions: padding, or files of "
                        + "different runs (M7)"
                    : "a sum of ones has stopped growing: the covariance was accumulated in bfloat16, in which adding "
                        + "one to a large number changes nothing; accumulate in float32",
                    stalled.isEmpty() ? Mistake.M7 : Mistake.M12));
        }
        if (!withoutOnes.isEmpty()) {
            checks.add(Check.note("modules without a ones column", some(withoutOnes, n),
                    "right where the module has no bias, and M9 where it has one: only the model can tell"));
        }
        if (factors.count(factors.modules().getFirst(), FactorCount.ACTIVATION).isPresent()) {
            checks.add(Check.of(countsAgree, "counts agree", countsAgree ? "in all modules" : counts.getFirst(),
                    "modules or passes saw different data: a run was cut short, or parts are missing", null));
        } else {
            checks.add(Check.notPossible("counts", "there are none"));
        }
        // Sums over many batches, each rounded on either side of the diagonal.
        limit(notSymmetric, "covariances are symmetric", 256,
                "factors were accumulated or stored unsymmetrically, and an eigensolver uses one half (M12)");
        limit(negative, "covariances have no negative eigenvalue", 64,
                "no sum of outer products has one: wrong tensor, overwritten values, or low precision (M12)");
        // Rounding n² elements gives √n units a column, which is divided out.
        limit(notOrthonormal, "eigenvectors are orthonormal", 64,
                "the decomposition ran in a lower precision than the files have, or vectors were not normalized (M12)");
        rebuilt();
        if (!descending.isEmpty() && descending.value() > 64) {
            checks.add(Check.note("eigenvalues do not ascend", descending.toString(),
                    "harmless if eigenvectors are in the same order"));
        }
        if (!negativeMoments.isEmpty()) {
            checks.add(Check.of(negativeMoments.value() <= 0, "eigenvalues Λ are not negative",
                    negativeMoments.value() <= 0 ? "in all modules" : "−" + negativeMoments,
                    "a mean of squares is not negative: wrong tensor, or an overflow", null));
        }
        if (!traces.isEmpty()) {
            checks.add(Check.note("traces of Λ and of A ⊗ S differ", traces.getFirst(),
                    "near 1 unless tokens of a sequence are strongly correlated; 1/B is a gradient that was "
                        + "averaged over "
                        + "a batch of B before it was squared (M8)"));
        }
        if (resolution == Resolution.BFLOAT16) {
            checks.add(Check.note("covariances resolve to", resolution.title(),
                    "sums of many terms lose small ones in this format"));
        }
    }

    private void rebuilt() {
        if (notRebuilt.isEmpty()) {
            checks.add(Check.notPossible("Q diag Qᵀ rebuilds the covariance", "needs covariances, counts and "
                    + "eigenvectors"));
            return;
        }
        boolean holds = notRebuilt.value() <= 64;
        checks.add(Check.of(holds, "Q diag Qᵀ rebuilds the covariance",
                rounding(notRebuilt) + (isTurned && !holds ? "; Qᵀ diag Q does" : ""),
                isTurned
                        ? "eigenvectors are stored in rows where columns are meant: every rotation with them goes the "
                            + "wrong way round (M1)"
                        : "eigenvectors are of another covariance: of a low precision (M12) if the difference is "
                            + "small, otherwise of another run, or one that was divided by something else",
                isTurned ? Mistake.M1 : Mistake.M12));
    }

    private void limit(Worst worst, String name, double most, String meaning) {
        if (!worst.isEmpty()) {
            checks.add(Check.of(worst.value() <= most, name, rounding(worst), meaning, Mistake.M12));
        }
    }

    private static String rounding(Worst worst) {
        return worst.value() <= 0 ? "exactly" : worst + ", in units of rounding";
    }

    private static String some(List<String> names, int of) {
        return names.size() == of && of > 3 ? "in all " + of + " modules"
                : String.join(", ", names.subList(0, Math.min(3, names.size()))) + (names.size() > 3 ? ", …" : "");
    }

    private static double[] scaled(double[] by, double[] v) {
        double[] scaled = v.clone();
        Arrays.setAll(scaled, i -> by[i] * v[i]);
        return scaled;
    }

    private static double[] scaled(double by, double[] v) {
        return Arrays.stream(v).map(x -> by * x).toArray();
    }

    private static double[] minus(double[] a, double[] b) {
        double[] difference = a.clone();
        Arrays.setAll(difference, i -> a[i] - b[i]);
        return difference;
    }
}
