package org.plumbline.curvature;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.plumbline.io.InputException;

/** How curvature is approximated. Each has a row of the same name in the table of {@code verify}. */
public enum Strategy {
    /** None: the inverse is the identity, and a score is a dot product of gradients. */
    IDENTITY(Fit.NOTHING, 0),
    /** The diagonal of the Fisher matrix. */
    DIAGONAL(Fit.MOMENTS, 0),
    /** {@code n̄ · S ⊗ A} (Martens and Grosse, 2015). */
    KFAC(Fit.FACTORS, 0),
    /** The same, with its damping in the factors ({@link FactoredTikhonov}). */
    KFAC_TIKHONOV(Fit.FACTORS, 0),
    /** The eigenvectors of K-FAC, with eigenvalues fitted in them (George et al., 2018; Grosse et al., 2023). */
    EKFAC(Fit.FACTORS_AND_MOMENTS, 0),
    /** Partial traces of the exact blocks of each layer ({@link DenseFactors#partialTraces}). */
    SHAMPOO(Fit.DENSE, 0),
    /** The Kronecker product nearest to the exact block of each layer ({@link DenseFactors#nearest}). */
    NEAREST(Fit.DENSE, 0),
    /** The exact Gauss–Newton blocks of each layer. */
    BLOCK_DIAGONAL(Fit.DENSE, 0),
    /** The exact Gauss–Newton matrix. */
    EXACT(Fit.DENSE, 0),
    /** The largest Ritz pairs of the exact Gauss–Newton matrix (Schioppa et al., 2022). */
    LANCZOS(Fit.PRODUCTS, 64),
    /** The exact Gauss–Newton matrix, projected layer by layer (LoGra, Choe et al., 2024). */
    LOGRA(Fit.PRODUCTS, 8),
    /** The exact Gauss–Newton matrix, projected as a whole (TRAK, Park et al., 2023). */
    TRAK(Fit.PRODUCTS, 256);

    /** What a fit computes. */
    private enum Fit { NOTHING, MOMENTS, FACTORS, FACTORS_AND_MOMENTS, DENSE, PRODUCTS }

    private final Fit fit;
    private final int size;

    Strategy(Fit fit, int size) {
        this.fit = fit;
        this.size = size;
    }

    /** The strategy of a name, in any case, with or without dashes: {@code EK-FAC} is {@code ekfac}. */
    public static Strategy named(String name) {
        return Arrays.stream(values())
                .filter(strategy -> letters(strategy.name()).equals(letters(name)))
                .findFirst()
                .orElseThrow(() -> new InputException("strategy '" + name + "' is unknown: expected one of "
                        + Arrays.stream(values()).map(Strategy::title).collect(Collectors.joining(", "))));
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Its name as options and manifests have it, such as {@code block-diagonal}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it needs the factors {@code A} and {@code S}, fitted from activations and pseudo-gradients. */
    public boolean hasFactors() {
        return fit == Fit.FACTORS || fit == Fit.FACTORS_AND_MOMENTS;
    }

    /** Whether it needs second moments of whole-sequence gradients. */
    public boolean hasMoments() {
        return fit == Fit.MOMENTS || fit == Fit.FACTORS_AND_MOMENTS;
    }

    /** Whether pseudo-gradients at some labels are drawn or summed. */
    public boolean hasLabels() {
        return hasFactors() || hasMoments();
    }

    /** Whether it needs the exact Gauss–Newton matrix, dense: {@code P²} numbers for {@code P} parameters. */
    public boolean isDense() {
        return fit == Fit.DENSE;
    }

    /** Whether it multiplies with the exact Gauss–Newton matrix: a few vectors and many passes. */
    public boolean hasProducts() {
        return fit == Fit.PRODUCTS;
    }

    /** Whether its curvature is a Kronecker product with eigenvectors of its own. */
    public boolean hasBases() {
        return hasFactors() || this == SHAMPOO || this == NEAREST;
    }

    /** Whether Kronecker factors can be split in diagonal partitions. */
    public boolean hasPartitions() {
        return hasFactors();
    }

    /** Rank, width or dimension unless another is asked for; 0 where there is none. */
    public int defaultSize() {
        return size;
    }
}
