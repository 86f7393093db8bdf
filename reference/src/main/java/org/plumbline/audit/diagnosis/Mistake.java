package org.plumbline.audit.diagnosis;

/** Mistakes seen in public implementations ({@code docs/mistakes.md}), in words that a maintainer can act on. */
public enum Mistake {
    /** Rotations the wrong way round. */
    M1("eigenvectors are used transposed in the rotation, as the paper prints eq. 20–21: rotate by QᵀVQ and back by "
            + "QVQᵀ, eigenvectors in columns"),
    /** The layout of the bias. */
    M2("weight and bias are flattened one after the other and read as [out, in + 1], or a bias is assumed where "
            + "there is "
            + "none: append the bias as a last column"),
    /** Multiplied instead of divided. */
    M3("the rotated gradient is multiplied by Λ + λ where it must be divided"),
    /** Damping that accumulates, or of another layer. */
    M4("damping is added in place and accumulates call by call, or the first layer's is used for all"),
    /** Another Fisher. */
    M5("pseudo-gradients are taken at training labels, or in one backward pass of Σ √p log p: that is no Fisher "
            + "matrix; draw labels from the model"),
    /** Squares of tokens. */
    M6("Λ sums squares of single tokens: sum the gradient over a sequence before squaring it"),
    /** Padding. */
    M7("padding is counted, losses at padding flow back, or the last column of a padded batch is dropped in place "
            + "of each "
            + "sequence's last token"),
    /** Means where sums are meant. */
    M8("a mean over tokens or over the batch is taken where the sum is meant, or the gradient of a batch's mean is "
            + "squared"),
    /** The ones column, or the axes of a weight. */
    M9("the ones column is missing, or a weight of shape [in, out] is taken as [out, in]"),
    /** Shared weights. */
    M10("the uses of a shared weight are squared before they are summed, or only the last is kept"),
    /** Another damping. */
    M11("damping means something else than is said: absolute for relative, once a shard, or inside the factors"),
    /** Low precision. */
    M12("the eigendecomposition is in low precision, or of factors that were not symmetrized"),
    /** Sign and units. */
    M13("the sign is that of a log-likelihood taken for a loss, or scores are per added copy (1/N) where they are "
            + "said not "
            + "to be"),
    /** Normalized gradients. */
    M14("gradients are normalized before they are preconditioned, or a random projection lacks its factor 1/p"),
    /** The order of the Kronecker product. */
    M15("the vec order is swapped: A ⊗ S is applied to a matrix that is flattened row by row"),
    /** Scores that accumulate. */
    M16("scores accumulate over batches: those of a batch contain those of earlier ones; clear the buffer"),
    /** The curvature itself, or K-FAC's eigenvalues. */
    M17("the curvature is applied in place of its inverse, or K-FAC's eigenvalues stand where EK-FAC's are named"),
    /** Inverses of batches. */
    M18("inverses of single batches are summed where the sum over batches must be inverted"),
    /** Shifted rows. */
    M19("scores belong to a neighbor: a document of no token shifts the rows after it"),
    /** The batch size, or a token twice. */
    M20("per-example gradients are divided by the batch size, or a beginning-of-text token is doubled");

    private final String advice;

    Mistake(String advice) {
        this.advice = advice;
    }

    /** What is wrong, and what to do. */
    public String advice() {
        return advice;
    }
}
