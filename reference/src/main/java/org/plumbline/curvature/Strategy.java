package org.plumbline.curvature;

/** How curvature is approximated. */
public enum Strategy {
    /** None: the inverse is the identity, and a score is a dot product of gradients. */
    IDENTITY,
    /** The diagonal of the Fisher matrix. */
    DIAGONAL,
    /** {@code n̄ · S ⊗ A} (Martens and Grosse, 2015). */
    KFAC,
    /** Its eigenvectors, with eigenvalues fitted in them (George et al., 2018; Grosse et al., 2023). */
    EKFAC;

    /** Whether it needs the factors {@code A} and {@code S}. */
    public boolean hasFactors() {
        return this == KFAC || this == EKFAC;
    }

    /** Whether it needs second moments of whole-sequence gradients. */
    public boolean hasMoments() {
        return this == DIAGONAL || this == EKFAC;
    }
}
