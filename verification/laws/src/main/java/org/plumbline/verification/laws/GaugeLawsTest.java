package org.plumbline.verification.laws;

import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Block;
import org.plumbline.model.Decoder;
import org.plumbline.model.FeedForward;
import org.plumbline.model.Normalization;
import org.plumbline.model.OutputLayer;
import org.plumbline.model.SelfAttention;
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
        direction.addEqualRows(head.name(), normal(setting.random("head"), head.columns()));
        assertNull(setting, List.of(direction), true);
    }

    /**
     * {@code (M W̄_q, −Mᵀ W̄_k)}, one {@code M} for the heads that share a key: any where positions do not rotate, and
     * with rotary embeddings those that commute with the rotations. Where queries and keys are normalized, the gauge is
     * a diagonal one in the gains instead; one for all heads where each head has the same gains.
     */
    @Property(tries = 30)
    @Tag("law-15")
    void queriesAgainstKeys(@ForAll(supplier = Decoders.class) Setting setting) {
        SplittableRandom random = setting.random("query and key");
        List<Direction> directions = new ArrayList<>();
        for (AttentionLayout layout : AttentionLayout.of(model(setting))) {
            Direction direction = new Direction(setting.objective().parameters());
            boolean joint = layout.norms().isPresent() && layout.norms().get().query().width() == layout.size();
            List<AttentionLayout.Group> groups = joint
                    ? List.of(new AttentionLayout.Group(new int[] {0}, 0, 0, new int[] {0})) : layout.groups();
            for (AttentionLayout.Group group : groups) {
                double[] m = commuting(random, layout);
                double[] transposed = Dense.transpose(m, layout.size(), layout.size());
                for (int row : group.queryRows()) {
                    addRows(direction, layout.query(), layout.norms().map(SelfAttention.QueryKeyNorm::query), row, 1, m,
                            layout.size());
                }
                addRows(direction, layout.key(), layout.norms().map(SelfAttention.QueryKeyNorm::key), group.keyRow(),
                        -1, transposed, layout.size());
            }
            directions.add(direction);
        }
        assertNull(setting, directions, false);
    }

    private static void addRows(Direction direction, String layer, Optional<Normalization> norm, int row,
            double factor, double[] m, int size) {
        direction.addRows(norm.map(Normalization::name).orElse(layer), row, factor, m, size);
        if (norm.isPresent() && norm.get().kind() == Normalization.Kind.RMS_FROM_ONE) {
            // The gain is 1 + γ: a diagonal M adds M (1 + γ) to γ.
            double[] gains = direction.of(norm.get().name() + ".weight");
            for (int i = 0; i < size; i++) {
                gains[row + i] += factor * m[i * size + i];
            }
        }
    }

    /**
     * A random matrix that commutes with the rotations of pairs: a rotation with a scale on each pair, anything on the
     * rest; a diagonal one where there are norms.
     */
    private static double[] commuting(SplittableRandom random, AttentionLayout layout) {
        int size = layout.size();
        boolean diagonal = layout.norms().isPresent();
        double[] m = new double[size * size];
        int pairs = layout.rotated() / 2;
        for (int pair = 0; pair < pairs; pair++) {
            int i = layout.neighbors() ? 2 * pair : pair;
            int j = layout.neighbors() ? i + 1 : i + pairs;
            double scale = random.nextGaussian();
            double turn = diagonal ? 0 : random.nextGaussian();
            m[i * size + i] = scale;
            m[j * size + j] = scale;
            m[i * size + j] = -turn;
            m[j * size + i] = turn;
        }
        for (int i = layout.rotated(); i < size; i++) {
            for (int j = layout.rotated(); j < size; j++) {
                m[i * size + j] = diagonal && i != j ? 0 : random.nextGaussian();
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
        for (Block block : model(setting).architecture().blocks()) {
            FeedForward mlp = block.mlp();
            String up = switch (mlp) {
                case FeedForward.Plain p -> throw new AssertionError("not drawn: " + p);
                case FeedForward.Gated p -> p.up();
                case FeedForward.JointlyGated p -> p.gateAndUp();
            };
            int first = mlp instanceof FeedForward.JointlyGated ? mlp.hidden() : 0;
            for (int unit = 0; unit < mlp.hidden(); unit++) {
                double[] scale = {random.nextGaussian()};
                direction.addRows(up, first + unit, 1, scale, 1);
                direction.addColumns(mlp.down(), unit, -1, scale, 1);
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
            if (ResidualStream.writes(setting.model(), layer)) {
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
