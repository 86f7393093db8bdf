package org.plumbline.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.IdentityCurvature;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.ModelException;
import org.plumbline.model.Parameters;

/** Numbers that are not finite end a pass where they come up, by name. */
class NonFiniteTest {
    private static final Gpt2 MODEL = new Gpt2(new Gpt2Config(7, 8, 4, 1, 2, 6, true, 1e-5));
    private static final Compute SERIAL = new Compute(LoweredEngine.scalar(), Workers.serial());

    private static List<Example> sequences(int count) {
        return IntStream.range(0, count).mapToObj(m -> Example.ofCompletion(new int[] {1, 2 + m % 4, 3, 4}, 1))
                .toList();
    }

    /** Whichever sequence it is, however many there are and wherever the shard ends; later shards are not summed. */
    @Property(tries = 100)
    void theFirstSequenceAndItsSumAreNamed(
            @ForAll @IntRange(min = 0, max = 29) int bad, @ForAll @IntRange(min = 1, max = 3) int batch,
            @ForAll @IntRange(min = 1, max = 3) int batches, @ForAll boolean infinite) {
        double value = infinite ? Double.NEGATIVE_INFINITY : Double.NaN;
        AtomicInteger last = new AtomicInteger();
        int shard = batch * batches;
        SumPass pass = new SumPass(
                ModelContext.at(MODEL, MODEL.initialize(new SplittableRandom(1)), SERIAL, batch, shard),
                Sequences.of(sequences(30)), Map.of("count", 1, "gradients.h.0.mlp", 2), (sequences, sums) -> {
                    sums.get("count")[0] += sequences.examples().size();
                    for (int i = 0; i < sequences.examples().size(); i++) {
                        last.accumulateAndGet(sequences.first() + i, Math::max);
                        sums.get("gradients.h.0.mlp")[1] += sequences.first() + i >= bad ? value : 1;
                    }
                });
        NonFiniteException failed =
                assertThrows(NonFiniteException.class, () -> pass.run(FoldStore.NONE, PassListener.NONE));
        assertTrue(failed.getMessage().startsWith("layer h.0.mlp, gradients, sequence " + bad + ": found "
                + (infinite ? "-Infinity" : "NaN") + ","), failed.getMessage());
        assertEquals(Math.min(30, (bad / shard + 1) * shard) - 1, last.get());
    }

    /** A model whose activations overflow single precision, and no double. */
    private static Pipeline pipeline(Precision precision) {
        Parameters small = MODEL.initialize(new SplittableRandom(1));
        SequencedMap<String, Storage> values = new LinkedHashMap<>();
        small.storages().forEach((name, value) -> {
            double[] scaled = value.toDoubles();
            for (int i = 0; i < scaled.length && name.contains("mlp.") && name.endsWith("weight"); i++) {
                scaled[i] *= 1e25;
            }
            values.put(name, Storage.of(precision, scaled));
        });
        return new Pipeline(MODEL, new Parameters(MODEL.space(), precision, values), MODEL.mlpLayers(), SERIAL, 2, 4);
    }

    @Test
    void aFitAndAQueryNameTheLayerAndThePrecisionThatWouldDo() {
        Pipeline pipeline = pipeline(Precision.SINGLE);
        List<Example> data = sequences(6);
        FactorFit fit = new FactorFit(pipeline, Sequences.of(data), new FisherLabels.Sampled(1, 1));
        IdentityCurvature identity = new IdentityCurvature(BlockSpace.ofLayers(pipeline.layers()));
        QueryPass queries = new QueryPass(pipeline, identity.inverse(identity.damping(0.1)));
        for (NonFiniteException failed : List.of(
                assertThrows(NonFiniteException.class, fit::factors),
                assertThrows(NonFiniteException.class, fit::diagonal),
                assertThrows(NonFiniteException.class, () -> queries.run(data, 0, Aggregation.NONE)))) {
            assertTrue(failed.getMessage().contains("layer h.0.mlp.")
                    || failed.getMessage().contains("layer transformer.h.0.mlp."), failed.getMessage());
            assertTrue(failed.getMessage().contains("--precision double"), failed.getMessage());
        }
        QueryPass fine = new QueryPass(pipeline(Precision.DOUBLE), identity.inverse(identity.damping(0.1)));
        fine.run(data, 0, Aggregation.NONE);
    }

    /** T² elements are no array. */
    @Test
    void sequencesBeyondAnArrayAreRefusedByName() {
        Gpt2 wide = new Gpt2(new Gpt2Config(7, 1 << 17, 4, 1, 2, 6, true, 1e-5));
        assertTrue(assertThrows(ModelException.class, () -> wide.loss(65_536)).getMessage().contains("65536"));
    }
}
