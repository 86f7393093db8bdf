package org.plumbline.influence.scan;

import java.util.SequencedMap;
import java.util.Set;
import org.plumbline.batch.LayerTokens;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.ClosedFormPrograms;
import org.plumbline.program.Value;

/** {@code ‖(C + λ)^{−1/2} g_m‖²} of each sequence: the gradient in the basis, times {@code (D + λ)^{−1/2}}, squared. */
final class SelfContraction {
    private SelfContraction() {}

    static Scoring of(Pipeline pipeline, ClosedFormInverse inverse) {
        Set<String> inBasis = ClosedFormPrograms.inBasis(inverse);
        return new Scoring((tokens, results) -> emit(tokens, inBasis.contains(tokens.layer().name()), results),
                ClosedFormPrograms.inputs(inverse, pipeline.precision()), 1, false, 1);
    }

    static void emit(LayerTokens tokens, boolean inBasis, SequencedMap<String, Value> results) {
        results.put(Scoring.scores(tokens.layer()), tokens.b().reshape(
                ClosedFormPrograms.squaredNorms(tokens, inBasis), tokens.batch(), 1));
    }
}
