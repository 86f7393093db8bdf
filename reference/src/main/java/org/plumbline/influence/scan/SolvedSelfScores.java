package org.plumbline.influence.scan;

import org.plumbline.batch.Batch;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.influence.query.SequenceGradients;

/**
 * {@code gᵀ x} with {@code x = (C + λ)⁻¹ g} for an inverse that works on whole vectors: the score of a layer is
 * {@code g_ℓᵀ x_ℓ}, and where the inverse couples layers it may be negative, unlike their sum.
 */
final class SolvedSelfScores implements BatchScores {
    private final SequenceGradients gradients;
    private final InverseCurvature inverse;

    SolvedSelfScores(Pipeline pipeline, InverseCurvature inverse) {
        this.gradients = new SequenceGradients(pipeline);
        this.inverse = inverse;
    }

    @Override
    public int queries() {
        return 1;
    }

    @Override
    public boolean tokens() {
        return false;
    }

    @Override
    public void score(Batch batch, ScorePart part) {
        double[][] own = gradients.of(batch);
        double[][] solutions = inverse.applyAll(own);
        BlockSpace space = inverse.space();
        for (int i = 0; i < own.length; i++) {
            for (int l = 0; l < part.layers().length; l++) {
                double score = 0;
                for (int j = space.offset(l); j < space.offset(l + 1); j++) {
                    score += own[i][j] * solutions[i][j];
                }
                part.layers()[l][batch.numbers().get(i) - part.from()] = score;
            }
        }
    }
}
