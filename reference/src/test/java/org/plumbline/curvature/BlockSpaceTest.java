package org.plumbline.curvature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.Model;

class BlockSpaceTest {

    @Test
    void unflattenUndoesFlatten() {
        assertRoundTrip(new Gpt2(new Gpt2Config(5, 4, 4, 1, 2, 3, true, 1e-5)));
        assertRoundTrip(new Mlp(List.of(3, 2, 4), Optional.empty(), false, Likelihood.GAUSSIAN));
    }

    private static void assertRoundTrip(Model model) {
        BlockSpace all = BlockSpace.ofAll(model);
        double[] flat = new double[all.dimension()];
        Arrays.setAll(flat, i -> i);
        Map<String, double[]> values = new LinkedHashMap<>(all.unflatten(flat));
        assertArrayEquals(flat, all.flatten(values));
    }

    /** {@code W̄ = [W b]}: the bias is the last column. */
    @Test
    void biasIsTheLastColumn() {
        BlockSpace space = BlockSpace.ofAll(new Mlp(List.of(2, 2), Optional.empty(), true, Likelihood.GAUSSIAN));
        Map<String, double[]> values = space.unflatten(new double[] {1, 2, 5, 3, 4, 6});
        assertArrayEquals(new double[] {1, 2, 3, 4}, values.get("layers.0.weight"));
        assertArrayEquals(new double[] {5, 6}, values.get("layers.0.bias"));
    }

    @Test
    void dampingsKnowTheirSmallest() {
        Damping damping = new Damping(new double[] {3, 1, 2});
        assertEquals(1, damping.smallest());
        assertEquals(2, damping.of(2));
        assertEquals(damping, new Damping(new double[] {3, 1, 2}));
        assertNotEquals(damping, new Damping(new double[] {3, 1, 1}));
        assertEquals(damping.hashCode(), new Damping(new double[] {3, 1, 2}).hashCode());
    }
}
