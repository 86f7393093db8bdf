package org.plumbline.verification.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.SequenceFile;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.scan.ScanPass;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.influence.store.FitSettings;
import org.plumbline.influence.store.QueryStore;
import org.plumbline.influence.store.ScoreStore;
import org.plumbline.io.InputFiles;
import org.plumbline.io.Json;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.random.RandomStreams;
import org.plumbline.text.TokenSequence;

/**
 * The process that measures one point of a scaling curve: a fit of EK-FAC, queries and a scan through their stores, as
 * the commands do them. One process for each point, so that its high-water mark is the point's.
 */
final class ScalingPoint {
    private static final int BYTES = 256;
    private static final int HEADS = 2;
    /** Steps through the text that visit all its places before they repeat one. */
    private static final long STRIDE = 7919;
    private static final SequencedMap<String, String> ORIGIN =
            new LinkedHashMap<>(Map.of("data", "a text in a circle"));

    private ScalingPoint() {}

    /**
     * What is measured.
     *
     * @param sequences {@code N}
     * @param length bytes of a sequence
     * @param queries of the scan
     * @param width of the model; its one MLP is twice as wide
     */
    record Size(int sequences, int length, int queries, int width) {}

    /**
     * What was found.
     *
     * @param peakBytes of resident memory; −1 where the system does not tell
     */
    record Result(double fitSeconds, double scanSeconds, long peakBytes) {}

    /** Runs one point: text, folder, threads, then the numbers of {@link Size}; prints a {@link Result} as JSON. */
    public static void main(String[] arguments) {
        int[] numbers = IntStream.range(2, arguments.length).map(i -> Integer.parseInt(arguments[i])).toArray();
        Size size = new Size(numbers[1], numbers[2], numbers[3], numbers[4]);
        try (Workers workers = Workers.of(numbers[0])) {
            System.out.println(Json.line(run(Path.of(arguments[0]), Path.of(arguments[1]), size,
                    new Compute(VectorEngine.orScalar(workers), workers))));
        }
    }

    private static Result run(Path text, Path folder, Size size, Compute compute) {
        byte[] bytes = InputFiles.bytes(text);
        Gpt2 model =
                new Gpt2(new Gpt2Config(BYTES, size.length(), size.width(), 1, HEADS, 2 * size.width(), false, 1e-5));
        Pipeline pipeline = Pipeline.of(model, model.initialize(RandomStreams.of(1, "parameters", 0)),
                model.mlpLayers(), Precision.SINGLE, compute);
        Iterator<TokenSequence> sequences =
                IntStream.range(0, size.sequences()).mapToObj(m -> sequence(bytes, m, size.length())).iterator();
        try (SequenceFile data = SequenceFile.write(folder, size.length(), sequences)) {
            long begin = System.nanoTime();
            Path factors = folder.resolve("factors");
            FactorStore.fit(factors, pipeline, data,
                    new FitSettings(Strategy.EKFAC, 1, new FisherLabels.Sampled(1, 1), 0.1, Duration.ofSeconds(20)),
                    ORIGIN, _ -> PassListener.NONE);
            double fit = (System.nanoTime() - begin) * 1e-9;
            begin = System.nanoTime();
            List<Example> examples = new ArrayList<>();
            for (int q = 0; q < size.queries(); q++) {
                examples.add(data.get(q % data.size()));
            }
            ScoreStore.scan(folder.resolve("scores"), pipeline, () -> {
                Queries queries = QueryStore.precondition(folder.resolve("queries"), pipeline,
                        () -> FactorStore.inverse(factors, pipeline.layers(), ORIGIN, Optional.empty(), compute),
                                examples, 0,
                        Aggregation.NONE, ORIGIN, PassListener.NONE);
                return ScanPass.pairwise(pipeline, queries, TokenScores.NONE);
            }, data, ORIGIN, PassListener.NONE);
            double scan = (System.nanoTime() - begin) * 1e-9;
            return new Result(fit, scan, ResidentMemory.peakBytes().orElse(-1));
        }
    }

    private static TokenSequence sequence(byte[] text, int number, int length) {
        int from = (int) (number * STRIDE % (text.length - length - 1));
        int[] tokens = new int[length + 1];
        boolean[] loss = new boolean[length];
        for (int t = 0; t <= length; t++) {
            tokens[t] = Byte.toUnsignedInt(text[from + t]);
        }
        Arrays.fill(loss, true);
        return new TokenSequence(tokens, length, loss, List.of());
    }
}
