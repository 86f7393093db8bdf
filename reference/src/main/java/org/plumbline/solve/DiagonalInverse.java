package org.plumbline.solve;

import java.util.List;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DiagonalCurvature;

/** The closed form for a diagonal curvature, {@code x = v ⊘ (d + λ_ℓ)}. */
public final class DiagonalInverse implements InverseCurvature {
    private final BlockSpace space;
    private final double[] divisors;
    private final List<String> nullBlocks;

    private DiagonalInverse(BlockSpace space, double[] divisors, List<String> nullBlocks) {
        this.space = space;
        this.divisors = divisors;
        this.nullBlocks = nullBlocks;
    }

    /**
     * The inverse of {@code curvature + damping}.
     *
     * @throws SolveException if {@code d + λ_ℓ} is not positive somewhere, in a block that does not vanish altogether
     */
    public static DiagonalInverse of(DiagonalCurvature curvature, Damping damping) {
        BlockSpace space = curvature.space();
        Systems.requireFits(space, damping);
        double[] diagonal = curvature.diagonal();
        return new DiagonalInverse(space, Systems.divisors(space, diagonal, damping),
                Systems.nullBlocks(space, diagonal, damping));
    }

    @Override
    public BlockSpace space() {
        return space;
    }

    @Override
    public double[] apply(double[] v) {
        Systems.requireVector(space, v);
        double[] x = v.clone();
        for (int i = 0; i < x.length; i++) {
            x[i] /= divisors[i];
        }
        return x;
    }

    @Override
    public List<String> nullBlocks() {
        return nullBlocks;
    }
}
