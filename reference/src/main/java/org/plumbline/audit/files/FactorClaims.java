package org.plumbline.audit.files;

import java.util.Optional;
import org.plumbline.influence.Convention;

/**
 * What files say of how they were made, or their user does.
 *
 * @param convention the tool's, where it is known
 * @param labels whose labels the pseudo-gradients are said to be taken at, where it is said
 */
public record FactorClaims(Optional<Convention> convention, Optional<Convention.Labels> labels) {

    /** Nothing is said. */
    public static final FactorClaims NONE = new FactorClaims(Optional.empty(), Optional.empty());

    /** These claims with others where those say something. */
    public FactorClaims with(Optional<Convention> otherConvention, Optional<Convention.Labels> otherLabels) {
        return new FactorClaims(otherConvention.or(() -> convention), otherLabels.or(() -> labels));
    }
}
