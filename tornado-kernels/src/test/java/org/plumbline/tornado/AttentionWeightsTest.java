package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.plumbline.batch.BatchShape;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.CurvaturePrograms;
import org.plumbline.engine.Precision;
import org.plumbline.model.Decoder;
import org.plumbline.model.RandomDecoders;
import org.plumbline.program.FusedOp;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/** Which operations of a program become one kernel. */
class AttentionWeightsTest {
    private static final BatchShape SHAPE = new BatchShape(1, 5, true);

    private static Set<Value> softmaxes(Program program) {
        Set<Value> found = new HashSet<>();
        program.nodes().stream().filter(node -> node.op() instanceof FusedOp.Softmax).map(node -> node.value())
                .forEach(found::add);
        return found;
    }

    /** The attention of every layer of every architecture, also where keys are shared, and in second derivatives. */
    @Test
    void everyAttentionOfADecoderIsFound() {
        int found = 0;
        for (long seed = 0; seed < 40; seed++) {
            Decoder model = RandomDecoders.of(seed).model();
            // Capped scores are not the pattern that a kernel fuses.
            if (model.architecture().blocks().stream().anyMatch(block -> block.attention().softCap() > 0)) {
                continue;
            }
            BlockSpace space = BlockSpace.ofAll(model);
            for (Program program : new Program[] {
                CurvaturePrograms.gradient(model, space, SHAPE), CurvaturePrograms.hessianProduct(model, space, SHAPE)
            }) {
                Set<Value> softmaxes = softmaxes(program);
                assertTrue(AttentionWeights.of(program, GroupPolicy.ALWAYS).keySet().containsAll(attention(softmaxes)),
                        program::toString);
                assertEquals(Map.of(), AttentionWeights.of(program, GroupPolicy.NEVER));
                found += attention(softmaxes).size();
            }
        }
        assertTrue(found > 20, "only " + found + " softmaxes");
    }

    /** Those over as many keys as there are positions; the likelihood's are over classes. */
    private static Set<Value> attention(Set<Value> softmaxes) {
        Set<Value> attention = new HashSet<>(softmaxes);
        attention.removeIf(value -> value.shape().rank() != 3);
        return attention;
    }

    @Test
    void scoresThatAreWantedAreNotLeftOut() {
        ProgramBuilder b = new ProgramBuilder();
        Value scores = b.matmul(b.real("q", 2, 3, 4), false, b.real("k", 2, 5, 4), true);
        Value scaled = b.scale(scores, 0.5);
        Value masked = b.add(scaled, b.real("mask", 3, 5));
        Value weights = b.softmax(masked);
        assertFalse(AttentionWeights.of(b.build("y", weights), GroupPolicy.ALWAYS).isEmpty());
        for (Value inner : new Value[] {scores, scaled, masked}) {
            Program program = b.build(new LinkedHashMap<>(Map.of("y", weights, "inner", inner)));
            assertEquals(Map.of(), AttentionWeights.of(program, GroupPolicy.ALWAYS));
        }
    }

    /** One task, and neither the scores nor what follows them has an array. */
    @Test
    void whatLiesWithinHasNoArray() {
        ProgramBuilder b = new ProgramBuilder();
        Value scores = b.matmul(b.real("q", 2, 3, 4), false, b.real("k", 2, 5, 4), true);
        Program program = b.build("y", b.softmax(b.add(b.scale(scores, 0.5), b.real("mask", 3, 5))));
        DeviceGraph[] seen = new DeviceGraph[1];
        TestDevice.engine(new GraphRunner.Factory() {
            @Override
            public GraphRunner create(DeviceGraph graph, Set<String> constants) {
                throw new AssertionError("nothing is run");
            }

            @Override
            public void requireArrays(DeviceGraph graph, String what) {
                seen[0] = graph;
            }
        }, GroupPolicy.ALWAYS).compile(program, Precision.SINGLE);
        assertEquals(1, seen[0].tasks().size());
        assertEquals(Set.of("q", "k", "mask"), seen[0].inputs().keySet());
        assertEquals(1, seen[0].results().size());
    }
}
