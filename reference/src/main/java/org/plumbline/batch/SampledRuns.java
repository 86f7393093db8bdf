package org.plumbline.batch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.random.LabelDraws;

/**
 * A contraction of pseudo-gradients at labels drawn from the model, on batches and by any number of threads. A label
 * depends on the seed, the number of its sequence and the number of its position among the fed ones, as those of
 * {@link org.plumbline.curvature.FisherLabels.Sampled} with one draw do.
 */
public final class SampledRuns {
    private final Pipeline pipeline;
    private final long seed;
    private final Contraction contraction;
    private final Map<String, Storage> extra;
    private final Map<BatchShape, TokenPrograms.Sampled> built = new ConcurrentHashMap<>();
    private final Spares<BatchShape, Stages> spares = new Spares<>();

    /**
     * @param extra further inputs of the contraction by name
     */
    public SampledRuns(Pipeline pipeline, long seed, Contraction contraction, Map<String, Storage> extra) {
        this.pipeline = pipeline;
        this.seed = seed;
        this.contraction = contraction;
        this.extra = extra;
    }

    private record Stages(BatchExecutable first, Executable second, Storage cotangent) {}

    /** Calls {@code results} with the executables of both stages after they have run on the batch. */
    public void run(Batch batch, BiConsumer<Executable, Executable> results) {
        spares.borrow(batch.shape(), () -> compile(batch), stages -> {
            Executable first = stages.first().executable();
            stages.first().run(batch);
            sample(batch, first.output(TokenPrograms.MEAN), stages.cotangent());
            stages.second().run();
            results.accept(first, stages.second());
        });
    }

    private Stages compile(Batch batch) {
        TokenPrograms.Sampled programs = built.computeIfAbsent(batch.shape(), shape ->
                TokenPrograms.atSampledLabels(pipeline.model(), pipeline.layers(), shape, contraction));
        BatchExecutable first = BatchExecutable.compile(pipeline, programs.first(), extra, batch);
        Executable second = first.compileNext(programs.second());
        Storage cotangent = Storage.allocate(
                pipeline.precision(), programs.second().input(TokenPrograms.COTANGENT).shape().size());
        second.bind(TokenPrograms.COTANGENT, cotangent);
        return new Stages(first, second, cotangent);
    }

    private void sample(Batch batch, Storage means, Storage cotangent) {
        int classes = means.size() / (batch.shape().size() * batch.shape().length());
        double[] gradient = new double[classes];
        for (int i = 0; i < batch.examples().size(); i++) {
            Example example = batch.examples().get(i);
            double[] fed = example.reals(Example.FED);
            double[] weights = example.reals(Example.WEIGHTS);
            int ordinal = 0;
            for (int t = 0; t < batch.shape().length(); t++) {
                int at = (i * batch.shape().length() + t) * classes;
                boolean bearsLoss = t < weights.length && weights[t] != 0;
                if (bearsLoss) {
                    pipeline.model().likelihood().sampleGradient(Reals.slice(means, at, classes), 0,
                            LabelDraws.generator(seed, batch.first() + i, 0, ordinal), weights[t],
                            gradient, 0, classes);
                }
                for (int c = 0; c < classes; c++) {
                    Reals.set(cotangent, at + c, bearsLoss ? gradient[c] : 0);
                }
                ordinal += t < fed.length && fed[t] != 0 ? 1 : 0;
            }
        }
    }
}
