package org.plumbline.influence.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.engine.Precision;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.query.LayerQueries;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.query.QueryPass;
import org.plumbline.influence.scan.Trained;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.StoreMismatchException;

/**
 * Preconditioned queries that are kept, found again, and refused. The identity strategy serves:
 * stores see no difference.
 */
class QueryStoreTest {
    private static final Trained TRAINED = Trained.small();

    @TempDir
    private Path temporary;

    private static Pipeline pipeline(Precision precision) {
        return TRAINED.pipeline(precision, TRAINED.model().mlpLayers(), 2, 4, 8);
    }

    private static SequencedMap<String, String> origin(String queries) {
        return new LinkedHashMap<>(Map.of("data", "d1", "queries", queries));
    }

    private Queries kept(Pipeline pipeline, Supplier<ClosedFormInverse> curvature, int rank, Aggregation aggregation) {
        return QueryStore.precondition(temporary, pipeline, curvature, TRAINED.queries(), rank, aggregation,
                origin("q1"), PassListener.NONE);
    }

    private static Supplier<ClosedFormInverse> identity(Pipeline pipeline) {
        return () -> ClosedFormInverse.identity(BlockSpace.ofLayers(pipeline.layers()));
    }

    private static ClosedFormInverse never() {
        throw new AssertionError("the curvature is not needed");
    }

    @ParameterizedTest
    @CsvSource({"0, NONE", "3, NONE", "8, NONE", "9, NONE", "0, SUM", "3, MEAN"})
    void whatIsFoundAgainIsWhatWasComputed(int rank, Aggregation aggregation) {
        Pipeline pipeline = pipeline(Precision.DOUBLE);
        Queries fresh = new QueryPass(pipeline, identity(pipeline).get()).run(TRAINED.queries(), rank, aggregation);
        same(fresh, kept(pipeline, identity(pipeline), rank, aggregation));
        same(fresh, kept(pipeline, QueryStoreTest::never, rank, aggregation));
    }

    private static void same(Queries expected, Queries actual) {
        assertEquals(expected.count(), actual.count());
        assertEquals(expected.rank(), actual.rank());
        assertTrue(Arrays.deepEquals(expected.truncation(), actual.truncation()));
        assertTrue(Arrays.deepEquals(expected.firstLeftOut(), actual.firstLeftOut()));
        for (int l = 0; l < expected.layers().size(); l++) {
            LayerQueries layer = expected.layers().get(l);
            assertEquals(layer.getClass(), actual.layers().get(l).getClass());
            for (int q = 0; q < expected.count(); q++) {
                assertArrayEquals(layer.matrix(q), actual.layers().get(l).matrix(q), 0.0);
            }
        }
    }

    @Test
    void aListenerHearsHowManyAreDone() {
        Pipeline pipeline = pipeline(Precision.DOUBLE);
        List<String> heard = new ArrayList<>();
        QueryStore.precondition(temporary, pipeline, identity(pipeline), TRAINED.queries(), 0, Aggregation.NONE,
                origin("q1"), (done, total) -> heard.add(done + " of " + total));
        int count = TRAINED.queries().size();
        assertEquals(List.of(count + " of " + count), heard);
    }

    /** In single precision whole gradients come from the programs as floats, so that a file of floats loses nothing. */
    @Test
    void singlePrecisionLosesNothing() {
        Pipeline pipeline = pipeline(Precision.SINGLE);
        same(new QueryPass(pipeline, identity(pipeline).get()).run(TRAINED.queries(), 0, Aggregation.NONE),
                kept(pipeline, identity(pipeline), 0, Aggregation.NONE));
    }

    @Test
    void otherQueriesOrAnotherRankAreRefusedByName() {
        Pipeline pipeline = pipeline(Precision.DOUBLE);
        kept(pipeline, identity(pipeline), 3, Aggregation.NONE);
        assertEquals(List.of("rank"), assertThrows(StoreMismatchException.class,
                () -> kept(pipeline, identity(pipeline), 4, Aggregation.NONE)).differing());
        assertEquals(List.of("queries"), assertThrows(StoreMismatchException.class, () -> QueryStore.precondition(
                temporary, pipeline, identity(pipeline), TRAINED.queries(), 3, Aggregation.NONE, origin("q2"),
                PassListener.NONE)).differing());
    }

    @Test
    void damageIsFoundAtOpening() throws IOException {
        Pipeline pipeline = pipeline(Precision.SINGLE);
        kept(pipeline, identity(pipeline), 2, Aggregation.NONE);
        Path file = temporary.resolve("queries-000000.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        MalformedFileException refused = assertThrows(MalformedFileException.class,
                () -> kept(pipeline, identity(pipeline), 2, Aggregation.NONE));
        assertTrue(refused.getMessage().contains(file.toString()) && refused.getMessage().contains("SHA-256"),
                refused.getMessage());
    }
}
