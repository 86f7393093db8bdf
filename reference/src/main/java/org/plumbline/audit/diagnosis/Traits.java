package org.plumbline.audit.diagnosis;

import java.util.Optional;
import org.plumbline.influence.Convention;

/**
 * What an explanation says of the convention; empty where it says nothing.
 *
 * @param positions that are counted
 * @param covariance what covariances are divided by
 * @param eigenvalues what {@code Λ} is divided by
 * @param labels of the pseudo-gradients
 */
public record Traits(
        Optional<Convention.Positions> positions, Optional<Convention.Divisor> covariance,
        Optional<Convention.Divisor> eigenvalues, Optional<Convention.Labels> labels) {

    /** Nothing. */
    public static final Traits NONE =
            new Traits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    static Traits of(Convention.Positions positions) {
        return new Traits(Optional.of(positions), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static Traits of(Convention.Labels labels) {
        return new Traits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(labels));
    }

    static Traits ofCovariance(Convention.Divisor divisor) {
        return new Traits(Optional.empty(), Optional.of(divisor), Optional.empty(), Optional.empty());
    }

    static Traits ofEigenvalues(Convention.Divisor divisor) {
        return new Traits(Optional.empty(), Optional.empty(), Optional.of(divisor), Optional.empty());
    }

    /** Both together; these where both say something. */
    public Traits and(Traits other) {
        return new Traits(positions.or(() -> other.positions), covariance.or(() -> other.covariance),
                eigenvalues.or(() -> other.eigenvalues), labels.or(() -> other.labels));
    }

    /** Whether nothing contradicts a convention. Labels are a choice in every tool, and tell none apart. */
    public boolean agreesWith(Convention convention) {
        return positions.map(found -> found == convention.positions()).orElse(true)
                && covariance.map(found -> found == convention.covariance()).orElse(true)
                && eigenvalues.map(found -> found == convention.eigenvalues()).orElse(true);
    }
}
