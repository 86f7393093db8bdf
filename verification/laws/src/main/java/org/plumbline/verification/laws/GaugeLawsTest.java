package org.plumbline.verification.laws;

import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Decoder;
import org.plumbline.model.Llama;
import org.plumbline.model.LlamaConfig;
import org.plumbline.model.OutputLayer;
import org.plumbline.model.TrackedLayer;

/** Directions in which a decoder's outputs do not change, and what of the derivatives must vanish along them. */
class GaugeLawsTest {

    private static Decoder model(Setting setting) {
        return (Decoder) setting.model();
    }

    private static double[] normal(SplittableRandom random, int size) {
        return Perceptrons.normal(random, size, 1);
    }

    /**
     * A key's bias along a dimension that is not rotated adds the same number to all scores of a query. All of GPT-2's
     * dimensions are such, and those of GPT-NeoX that its rotary embedding leaves.
     */
    @Property(tries = 30)
    @Tag("law-13")
    void keyBiasIsNull(@ForAll(supplier = Decoders.WithFreeKeyBias.class) Setting setting) {
        SplittableRandom random = setting.random("key bias");
        List<Direction> directions = new ArrayList<>();
        for (AttentionLayout layout : AttentionLayout.of(model(setting))) {
            Direction direction = new Direction(setting.objective().parameters());
            for (AttentionLayout.Group group : layout.groups()) {
                for (int i = layout.rotated(); i < layout.size(); i++) {
                    direction.of(layout.key() + ".bias")[group.keyRow() + i] = random.nextGaussian();
                }
            }
            directions.add(direction);
        }
        assertNull(setting, directions, true);
    }

    /** The same vector added to every row of an unembedding of its own adds the same number to all logits. */
    @Property(tries = 30)
    @Tag("law-14")
    void equalRowsOfAnUntiedUnembeddingAreNull(@ForAll(supplier = Decoders.Untied.class) Setting setting) {
        TrackedLayer head = setting.model().layers().getLast();
        Direction direction = new Direction(setting.objective().parameters());
        direction.addEqualRows(head.name(), normal(setting.random("head"), head.inputs()));
        assertNull(setting, List.of(direction), true);
    }

    /**
     * {@code (M W̄_q, −Mᵀ W̄_k)}, one {@code M} for the heads that share a key: any in GPT-2, and with rotary
     * embeddings those that commute with the rotations. OLMo 2 normalizes queries and keys, and has the gauge
     * in the gains instead.
     */
    @Property(tries = 30)
    @Tag("law-15")
    void queriesAgainstKeys(@ForAll(supplier = Decoders.class) Setting setting) {
        SplittableRandom random = setting.random("query and key");
        boolean normalized = model(setting) instanceof Llama llama
                && llama.config().family() == LlamaConfig.Family.OLMO2;
        List<Direction> directions = new ArrayList<>();
        for (AttentionLayout layout : AttentionLayout.of(model(setting))) {
            Direction direction = new Direction(setting.objective().parameters());
            for (AttentionLayout.Group group : layout.groups()) {
                double[] m = commuting(random, layout.size(), layout.rotated(), normalized);
                double[] transposed = Dense.transpose(m, layout.size(), layout.size());
                String query = normalized ? layout.query().replace("q_proj", "q_norm") : layout.query();
                String key = normalized ? layout.key().replace("k_proj", "k_norm") : layout.key();
                for (int row : group.queryRows()) {
                    direction.addRows(query, row, 1, m, layout.size());
                }
                direction.addRows(key, group.keyRow(), -1, transposed, layout.size());
            }
            directions.add(direction);
        }
        assertNull(setting, directions, false);
    }

    /**
     * A random matrix that commutes with the rotations of pairs {@code (i, i + rotated/2)}: a rotation with a scale on
     * each pair, anything on the rest.
     *
     * @param diagonal whether it is to be a diagonal one
     */
    private static double[] commuting(SplittableRandom random, int size, int rotated, boolean diagonal) {
        double[] m = new double[size * size];
        int pairs = rotated / 2;
        for (int i = 0; i < pairs; i++) {
            double scale = random.nextGaussian();
            double turn = diagonal ? 0 : random.nextGaussian();
            m[i * size + i] = scale;
            m[(i + pairs) * size + i + pairs] = scale;
            m[i * size + i + pairs] = -turn;
            m[(i + pairs) * size + i] = turn;
        }
        for (int i = rotated; i < size; i++) {
            for (int j = rotated; j < size; j++) {
                m[i * size + j] = random.nextGaussian();
            }
        }
        return m;
    }

    /** {@code (M W̄_v, −W_o M)}, one {@code M} for the heads that share values. */
    @Property(tries = 30)
    @Tag("law-15")
    void valuesAgainstOutputs(@ForAll(supplier = Decoders.class) Setting setting) {
        SplittableRandom random = setting.random("value and output");
        List<Direction> directions = new ArrayList<>();
        for (AttentionLayout layout : AttentionLayout.of(model(setting))) {
            Direction direction = new Direction(setting.objective().parameters());
            for (AttentionLayout.Group group : layout.groups()) {
                double[] m = normal(random, layout.size() * layout.size());
                direction.addRows(layout.value(), group.valueRow(), 1, m, layout.size());
                for (int column : group.outputColumns()) {
                    direction.addColumns(layout.output(), column, -1, m, layout.size());
                }
            }
            directions.add(direction);
        }
        assertNull(setting, directions, false);
    }

    /** {@code (D W̄_up, −W_down D)} for a diagonal {@code D}: a gated MLP is linear in what its gate multiplies. */
    @Property(tries = 30)
    @Tag("law-15")
    void upAgainstDown(@ForAll(supplier = Decoders.Gated.class) Setting setting) {
        SplittableRandom random = setting.random("up and down");
        Direction direction = new Direction(setting.objective().parameters());
        for (TrackedLayer layer : setting.model().layers()) {
            if (layer.name().endsWith("up_proj")) {
                for (int unit = 0; unit < layer.outputs(); unit++) {
                    double[] scale = {random.nextGaussian()};
                    direction.addRows(layer.name(), unit, 1, scale, 1);
                    direction.addColumns(layer.name().replace("up_proj", "down_proj"), unit, -1, scale, 1);
                }
            }
        }
        assertNull(setting, List.of(direction), false);
    }

    /**
     * {@code 1 uᵀ} on what writes to a residual stream that is read through LayerNorm alone, {@code u 1ᵀ} on embeddings
     * that are not the unembedding as well.
     */
    @Property(tries = 30)
    @Tag("law-16")
    void equalShiftsOfAStreamReadThroughLayerNormAreNull(
            @ForAll(supplier = Decoders.ThroughLayerNorm.class) Setting setting) {
        Decoder model = model(setting);
        SplittableRandom random = setting.random("residual stream");
        List<Direction> directions = new ArrayList<>();
        for (TrackedLayer layer : model.layers()) {
            if (ResidualStream.writes(layer)) {
                Direction direction = new Direction(setting.objective().parameters());
                direction.addEqualRows(layer.name(), normal(random, layer.inputs() + 1));
                directions.add(direction);
            }
        }
        String head = model.outputLayer().map(OutputLayer::weight).orElseThrow();
        for (String table : ResidualStream.embeddings(model)) {
            if (!table.equals(head)) {
                Direction direction = new Direction(setting.objective().parameters());
                direction.addEqualColumns(table, normal(random, model.space().shape(table).dimension(0)));
                directions.add(direction);
            }
        }
        assertNull(setting, directions, true);
    }

    /**
     * Gradient of every example, {@code G} and perhaps {@code H} vanish along each direction. The terms that cancel are
     * of the size of the operator, of which two power steps from a random vector give a lower bound.
     */
    private static void assertNull(Setting setting, List<Direction> directions, boolean hessianToo) {
        BlockSpace all = BlockSpace.ofAll(setting.model());
        Curvature g = ExactCurvature.gaussNewton(setting.objective(), all, Setting.COMPUTE);
        Curvature h = ExactCurvature.hessian(setting.objective(), all, Setting.COMPUTE);
        double[][] gradients = new Gradients(setting.objective(), all, Setting.COMPUTE).ofObjective();
        double sizeG = size(setting, g);
        double sizeH = hessianToo ? size(setting, h) : 0;
        for (Direction direction : directions) {
            double[] v = direction.flat(setting.model());
            double norm = Vectors.norm(v);
            for (double[] gradient : gradients) {
                assertWithin("∇Lᵀv", 0, Vectors.dot(gradient, v), Rounding.SAME * Vectors.norm(gradient) * norm);
            }
            assertWithin("G v", new double[v.length], g.apply(v), Rounding.SAME * sizeG * norm);
            if (hessianToo) {
                assertWithin("H v", new double[v.length], h.apply(v), Rounding.SAME * sizeH * norm);
            }
        }
    }

    private static double size(Setting setting, Curvature curvature) {
        double[] start = setting.vector("power", curvature.space().dimension());
        double[] once = curvature.apply(start);
        return Vectors.norm(curvature.apply(once)) / Vectors.norm(once);
    }
}
