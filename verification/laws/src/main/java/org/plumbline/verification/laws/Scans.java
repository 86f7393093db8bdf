package org.plumbline.verification.laws;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.influence.query.LayerQueries;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.ScorePart;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.model.TrackedLayer;

/** Scans over the examples of a setting, in double precision. */
final class Scans {
    private Scans() {}

    static Pipeline pipeline(Setting setting, List<TrackedLayer> layers) {
        return Pipeline.of(
                setting.model(), setting.objective().parameters(), layers, Precision.DOUBLE, Setting.COMPUTE);
    }

    /** EK-FAC in exact expectation, with relative damping, inverted. */
    static ClosedFormInverse ekfac(Setting setting) {
        FactorFit fit = new FactorFit(
                setting.objective(), setting.layers(), new FisherLabels.Expectation(), Setting.COMPUTE);
        KroneckerCurvature curvature = KroneckerCurvature.ekfac(fit.factors(), fit);
        return curvature.inverse(curvature.damping(DampedSystem.FACTOR));
    }

    /** The scores of one preconditioned query, flat over the layers, and of tokens by the gradient's position. */
    static ScorePart tokens(Setting setting, List<TrackedLayer> layers, double[] query) {
        List<LayerQueries> queries = new ArrayList<>();
        int at = 0;
        for (TrackedLayer layer : layers) {
            double[] matrix = Arrays.copyOfRange(query, at, at + layer.size());
            queries.add(new LayerQueries.Full(layer, List.of(Storage.of(matrix))));
            at += layer.size();
        }
        double[][] none = new double[1][layers.size()];
        return scan(setting, layers, new Queries(queries, 0, none, none), TokenScores.GRADIENT);
    }

    /** Scores of all examples, which are fewer than a shard. */
    static ScorePart scan(Setting setting, List<TrackedLayer> layers, Queries queries, TokenScores tokens) {
        List<ScorePart> parts = new ArrayList<>();
        ScanPass.pairwise(pipeline(setting, layers), queries, tokens)
                .run(Sequences.of(setting.examples()), parts::add, PassListener.NONE);
        return parts.getFirst();
    }
}
