package org.plumbline.influence.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.plumbline.curvature.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.influence.pipeline.Aggregation;
import org.plumbline.influence.pipeline.FittedCurvature;
import org.plumbline.influence.pipeline.PassListener;
import org.plumbline.influence.pipeline.Pipeline;
import org.plumbline.influence.pipeline.QueryPass;
import org.plumbline.influence.pipeline.ScanPass;
import org.plumbline.influence.pipeline.Sequences;
import org.plumbline.influence.pipeline.Strategy;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.train.RandomStreams;

/** The process that {@link KillTest} kills: a fit and a scan of a small model, saving at every opportunity. */
final class FitAndScan {
    private static final int SEQUENCES = 400;
    private static final int VOCABULARY = 20;

    private FitAndScan() {}

    /** Fits and scans, or goes on; the argument is the folder of the stores. */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        RandomGenerator random = RandomStreams.of(1, "sequences", 0);
        List<Example> examples = new ArrayList<>();
        for (int m = 0; m < SEQUENCES; m++) {
            examples.add(Example.ofTokens(random.ints(13, 0, VOCABULARY).toArray()));
        }
        Sequences data = Sequences.of(examples);
        Gpt2 model = new Gpt2(new Gpt2Config(VOCABULARY, 12, 8, 1, 2, 16, false, 1e-5));
        SequencedMap<String, String> origin = new LinkedHashMap<>(Map.of("data", "fixed"));
        try (Workers workers = Workers.of(2)) {
            Pipeline pipeline = new Pipeline(model,
                    model.initialise(RandomStreams.of(1, "parameters", 0)).copy(Precision.SINGLE), model.mlpLayers(),
                    new Compute(LoweredEngine.scalar(), workers), 2, 4);
            Path factors = folder.resolve("factors");
            FactorStore.fit(factors, pipeline, data, new FitSettings(Strategy.EKFAC, 1, 1, 0.1, Duration.ZERO), origin,
                    _ -> PassListener.NONE);
            FittedCurvature curvature = FactorStore.load(factors, pipeline.layers(), origin, Optional.empty());
            ScoreStore.scan(folder.resolve("scores"), pipeline, ScanPass.pairwise(pipeline,
                    new QueryPass(pipeline, curvature).run(examples.subList(0, 3), 0, Aggregation.NONE), true),
                    data, origin, PassListener.NONE);
        }
    }
}
