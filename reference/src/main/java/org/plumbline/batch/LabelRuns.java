package org.plumbline.batch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;

/**
 * A contraction of layer inputs and pseudo-gradients at any {@link FisherLabels}, on batches and by any number of
 * threads. Inputs are always the true ones: a drawn label is never fed back.
 *
 * <p>A run has two stages. The first is the forward pass with whatever needs no labels; the second goes from the
 * gradient in the outputs to the rest, once for each array of cotangents: once for each draw, and in exact expectation
 * once for each position and class.
 */
public final class LabelRuns {
    private final Pipeline pipeline;
    private final FisherLabels labels;
    private final LabelCotangents cotangents;
    private final Contraction contraction;
    private final Map<String, Storage> extra;
    private final Map<BatchShape, TokenPrograms.Staged> built = new ConcurrentHashMap<>();
    private final ExecutablePool<BatchShape, Stages> pool;

    /**
     * @param extra further inputs of the contraction by name
     */
    public LabelRuns(Pipeline pipeline, FisherLabels labels, Contraction contraction, Map<String, Storage> extra) {
        this.pipeline = pipeline;
        this.labels = labels;
        this.cotangents = new LabelCotangents(pipeline.model(), pipeline.layers(), labels);
        this.contraction = contraction;
        this.extra = extra;
        this.pool = new ExecutablePool<>(pipeline.compute().workers().threads(), this::bytes);
    }

    /** The programs of a run on batches of a shape, for an account of their memory. */
    public static TokenPrograms.Staged programs(
            Pipeline pipeline, FisherLabels labels, BatchShape shape, Contraction contraction) {
        return new LabelRuns(pipeline, labels, contraction, Map.of()).programs(shape);
    }

    private TokenPrograms.Staged programs(BatchShape shape) {
        return built.computeIfAbsent(shape, key ->
                TokenPrograms.staged(pipeline.model(), pipeline.layers(), key, contraction, cotangents));
    }

    /** What both stages have computed. */
    public record Outputs(Executable first, Executable second) {

        /**
         * An output by name. Those of a layer that no output of the model depends on are computed in the first stage.
         */
        public Storage get(String name) {
            return (second.program().outputs().containsKey(name) ? second : first).output(name);
        }
    }

    private record Stages(BatchExecutable first, Executable second, Storage cotangents) {}

    /**
     * Runs on a batch.
     *
     * @param once called once, when the first stage is done
     * @param each called after each run of the second stage; never where no position of the batch bears loss
     */
    public void run(Batch batch, Consumer<Executable> once, Consumer<Outputs> each) {
        pool.borrow(batch.shape(), () -> compile(batch), stages -> {
            stages.first().run(batch);
            Executable first = stages.first().executable();
            once.accept(first);
            cotangents.forEach(batch, first, stages.cotangents(), filled -> {
                stages.second().bind(TokenPrograms.COTANGENT, filled);
                stages.second().run();
                each.accept(new Outputs(first, stages.second()));
            });
        });
    }

    private long bytes(BatchShape shape) {
        return programs(shape).bytes(pipeline.precision());
    }

    private Stages compile(Batch batch) {
        TokenPrograms.Staged programs = programs(batch.shape());
        BatchExecutable first = BatchExecutable.compile(pipeline, programs.first(), extra, batch);
        int size = labels instanceof FisherLabels.Training
                ? 0
                : programs.second().input(TokenPrograms.COTANGENT).shape().size();
        return new Stages(first, first.compileNext(programs.second()), Storage.allocate(pipeline.precision(), size));
    }
}
