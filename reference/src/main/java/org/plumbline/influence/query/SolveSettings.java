package org.plumbline.influence.query;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.plumbline.io.InputException;

/**
 * How near preconditioned queries come to {@code (G + λ)⁻¹∇f} with the exact Gauss–Newton matrix.
 *
 * @param tolerance of {@code ‖r‖ / ‖v‖}, at which an iterative solver stops
 * @param maximumProducts with {@code G} that a solver makes for a query; and as many passes to certify
 * @param certify what no score is to be off by more than, as a fraction of the root mean square of its query's scores;
 *     if absent, nothing is certified
 * @param sample number of training sequences that {@code G} is the mean over, drawn without replacement; if absent, it
 *     is the mean over all
 */
public record SolveSettings(
        Solver solver, double tolerance, int maximumProducts, OptionalDouble certify, OptionalInt sample) {
    /** Two halves of a sample tell how far it may be off, and each needs some sequences. */
    public static final int SMALLEST_SAMPLE = 4;

    /** The fitted curvature in closed form, and no certificate. */
    public static final SolveSettings CLOSED = new SolveSettings(Solver.CLOSED, 1e-3, 1000, OptionalDouble.empty());

    /** With {@code G} of all training sequences. */
    public SolveSettings(Solver solver, double tolerance, int maximumProducts, OptionalDouble certify) {
        this(solver, tolerance, maximumProducts, certify, OptionalInt.empty());
    }

    /**
     * @throws InputException if a number is out of range
     */
    public SolveSettings {
        if (!(tolerance > 0 && tolerance < 1)) {
            throw new InputException("tolerance " + tolerance + ": expected a number above 0 and below 1");
        }
        if (maximumProducts < 1) {
            throw new InputException(maximumProducts + " products at most: expected at least 1");
        }
        if (certify.isPresent() && !(certify.getAsDouble() > 0 && certify.getAsDouble() <= 1)) {
            throw new InputException(
                    "certify " + certify.getAsDouble() + ": expected a fraction above 0 and at most 1");
        }
        if (sample.isPresent() && sample.getAsInt() < SMALLEST_SAMPLE) {
            throw new InputException("sample of " + sample.getAsInt() + " training sequences: expected at least "
                    + SMALLEST_SAMPLE);
        }
        if (sample.isPresent() && solver == Solver.CLOSED) {
            throw new InputException("sample of the training data: found the solver closed, which makes no exact "
                    + "products, expected cg, astra or lissa");
        }
    }

    /** What results computed so belong to. */
    public SequencedMap<String, String> identity() {
        SequencedMap<String, String> identity = new LinkedHashMap<>();
        identity.put("solver", solver.name().toLowerCase(Locale.ROOT));
        identity.put("tolerance", Double.toString(tolerance));
        identity.put("products at most", Integer.toString(maximumProducts));
        certify.ifPresent(fraction -> identity.put("certify", Double.toString(fraction)));
        sample.ifPresent(size -> identity.put("training sequences sampled", Integer.toString(size)));
        return identity;
    }

    /** The same with {@code G} of a sample. */
    public SolveSettings withSample(int size) {
        return new SolveSettings(solver, tolerance, maximumProducts, certify, OptionalInt.of(size));
    }

    /** Whether exact products over the training data are needed. */
    public boolean isExact() {
        return solver != Solver.CLOSED || certify.isPresent();
    }
}
