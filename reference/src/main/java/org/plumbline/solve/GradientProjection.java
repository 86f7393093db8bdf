package org.plumbline.solve;

import org.plumbline.curvature.BlockSpace;

/**
 * A linear map {@code R [p, P]} of gradients to fewer dimensions. A random one has {@code E[RᵀR] = I}, entries of
 * variance {@code 1/p}, so that products of projected gradients are unbiased, {@code E[(Rx)·(Ry)] = x·y}; with entries
 * of variance 1 all scores are off by a factor that depends on {@code p}.
 */
public sealed interface GradientProjection permits GaussianProjection, KroneckerProjection {

    BlockSpace space();

    /** {@code p}. */
    int dimension();

    /** {@code R v}. */
    double[] project(double[] v);

    /** {@code Rᵀ y}. */
    double[] lift(double[] y);
}
