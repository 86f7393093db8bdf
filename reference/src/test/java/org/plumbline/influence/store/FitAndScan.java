package org.plumbline.influence.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.random.RandomStreams;

/**
 * The process that {@link KillTest} kills: a fit, a preconditioning and a scan of a small model, saving
 * at every opportunity.
 */
final class FitAndScan {
    private static final int SEQUENCES = 400;
    private static final int WIDTH = 8;
    private static final int VOCABULARY = 20;
    private static final int RANK = 4;

    private FitAndScan() {}

    /**
     * Fits and scans, or goes on; the arguments are the folder of the stores, and another width and
     * number of sequences.
     */
    public static void main(String[] arguments) {
        run(Path.of(arguments[0]), arguments.length > 1 ? Integer.parseInt(arguments[1]) : WIDTH,
                arguments.length > 2 ? Integer.parseInt(arguments[2]) : SEQUENCES);
    }

    /** The same in this process. */
    static void run(Path folder, int width, int sequences) {
        RandomGenerator random = RandomStreams.of(1, "sequences", 0);
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < sequences; m++) {
            examples.add(Example.ofTokens(random.ints(13, 0, VOCABULARY).toArray()));
        }
        Sequences data = Sequences.of(examples);
        Gpt2 model = new Gpt2(new Gpt2Config(VOCABULARY, 12, width, 1, 2, 2 * width, false, 1e-5));
        SequencedMap<String, String> origin = new LinkedHashMap<>(Map.of("data", "fixed"));
        try (Workers workers = Workers.of(2)) {
            Pipeline pipeline = new Pipeline(model,
                    model.initialize(RandomStreams.of(1, "parameters", 0)).copy(Precision.SINGLE), model.mlpLayers(),
                    new Compute(VectorEngine.orScalar(workers), workers), 2, 4);
            Path factors = folder.resolve("factors");
            FactorStore.fit(factors, pipeline, data,
                    new FitSettings(Strategy.EKFAC, 1, new FisherLabels.Sampled(1, 1), 0.1, Duration.ZERO), origin,
                    _ -> PassListener.NONE);
            Supplier<InverseCurvature> curvature =
                    () -> FactorStore.inverse(factors, pipeline.layers(), origin, Optional.empty(), pipeline.compute());
            Path scores = folder.resolve("scores");
            ScoreStore.scan(scores, pipeline, () -> ScanPass.pairwise(pipeline,
                    QueryStore.precondition(scores.resolve("queries"), pipeline, curvature, examples.subList(0, 3),
                            RANK, Aggregation.NONE, origin, PassListener.NONE), TokenScores.GRADIENT),
                    data, origin, PassListener.NONE);
        }
    }
}
