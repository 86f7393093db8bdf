package org.plumbline.verification.laws;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.FisherLabels;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.influence.pipeline.FittedCurvature;
import org.plumbline.influence.pipeline.LayerQueries;
import org.plumbline.influence.pipeline.PassListener;
import org.plumbline.influence.pipeline.Pipeline;
import org.plumbline.influence.pipeline.Queries;
import org.plumbline.influence.pipeline.ScanPass;
import org.plumbline.influence.pipeline.ScorePart;
import org.plumbline.influence.pipeline.Sequences;
import org.plumbline.influence.pipeline.TokenScores;
import org.plumbline.model.TrackedLayer;

/** Scans over the examples of a setting, in double precision. */
final class Scans {
    private Scans() {}

    static Pipeline pipeline(Setting setting, List<TrackedLayer> layers) {
        return Pipeline.of(
                setting.model(), setting.objective().parameters(), layers, Precision.DOUBLE, Setting.COMPUTE);
    }

    /** EK-FAC in exact expectation, with relative damping. */
    static FittedCurvature ekfac(Setting setting) {
        FactorFit fit = new FactorFit(
                setting.objective(), setting.layers(), new FisherLabels.Expectation(), Setting.COMPUTE);
        List<KroneckerBasis> bases = fit.factors().stream().map(KroneckerBasis::of).toList();
        double[] eigenvalues = fit.eigenvalues(bases);
        List<double[]> moments = new ArrayList<>();
        for (int i = 0; i < bases.size(); i++) {
            moments.add(setting.part(eigenvalues, i));
        }
        return FittedCurvature.ekfac(setting.layers(), bases, moments, DampedSystem.FACTOR);
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
