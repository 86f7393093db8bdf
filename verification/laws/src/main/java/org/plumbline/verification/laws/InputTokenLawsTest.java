package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.influence.InputTokenInfluence;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;

/** How influence depends on the tokens that are read. A random vector stands for the preconditioned query. */
class InputTokenLawsTest {

    private static InputTokenInfluence influence(Setting setting, BlockSpace space) {
        return new InputTokenInfluence(
                (Decoder) setting.model(), setting.objective().parameters(), space, Setting.COMPUTE);
    }

    private static double[] query(Setting setting, BlockSpace space) {
        return setting.vector("preconditioned query", space.dimension());
    }

    /**
     * As for predicted tokens: the central difference errs by {@code c ε²}. With {@code c} measured at a step of which
     * {@code ‖ε v‖} is 0.01, steps two and four times smaller err by no more than twice what that allows, besides the
     * rounding of derivatives after some {@code 10³} operations, divided by the step. A derivative in an embedding's
     * factor is some ten times a loss of order 10: each LayerNorm that reads a stream of deviation 0.1 enlarges it by
     * that.
     */
    @Property(tries = 20)
    @Tag("law-44")
    void centralDifferencesOfReadTokensConverge(@ForAll(supplier = Transformers.Tiny.class) Setting setting) {
        InputTokenInfluence influence = influence(setting, setting.space());
        double[] query = query(setting, setting.space());
        double unit = 0.01 / Vectors.norm(query);
        for (Example example : setting.examples()) {
            double[] exact = influence.exact(query, example);
            CentralDifferences.assertConverge(exact, unit, 100,
                    step -> influence.centralDifference(query, example, step));
        }
    }

    /**
     * Where the head is untied, a factor on the embedding of every position that reads the token {@code x} is a factor
     * on row {@code x} of the embedding matrix {@code E}. So the row of read tokens, summed over these positions, is
     * {@code −vᵀ H_m u} with {@code u} holding {@code E_x} and zeros, and {@code H_m} the exact Hessian of the
     * sequence's loss.
     */
    @Property(tries = 20)
    @Tag("law-44")
    void readTokensAreHessianProductsWithTheirEmbeddings(@ForAll(supplier = Decoders.Untied.class) Setting setting) {
        BlockSpace layers = setting.space();
        double[] query = query(setting, layers);
        String embedding = setting.model().space().shapes().firstEntry().getKey();
        int width = setting.model().space().shape(embedding).dimension(1);
        BlockSpace all = BlockSpace.ofAll(setting.model());
        for (Example example : setting.examples()) {
            double[] row = influence(setting, layers).exact(query, example);
            ExactCurvature hessian = ExactCurvature.hessian(
                    setting.on(List.of(example)).objective(), all, Setting.COMPUTE);
            double[] product = hessian.apply(spread(setting, layers, all, query));
            Map<String, double[]> byName = all.unflatten(product);
            double[] table = setting.objective().parameters().doubles(embedding);
            sums(example, row).forEach((token, sum) -> {
                double expected = 0;
                double size = 0;
                for (int i = token * width; i < (token + 1) * width; i++) {
                    expected -= byName.get(embedding)[i] * table[i];
                    size += Math.abs(table[i]);
                }
                assertWithin("token " + token, expected, sum, Rounding.SAME * size * (1 + Vectors.norm(product)));
            });
        }
    }

    /** A vector over the layers, as one over all parameters. */
    private static double[] spread(Setting setting, BlockSpace layers, BlockSpace all, double[] query) {
        Map<String, double[]> values = new LinkedHashMap<>();
        setting.model().space().shapes().forEach((name, shape) -> values.put(name, new double[shape.size()]));
        values.putAll(layers.unflatten(query));
        return all.flatten(values);
    }

    private static Map<Integer, Double> sums(Example example, double[] row) {
        Map<Integer, Double> sums = new TreeMap<>();
        int[] tokens = example.indices(Example.TOKENS);
        double[] fed = example.reals(Example.FED);
        for (int t = 0; t < row.length; t++) {
            if (fed[t] == 1) {
                sums.merge(tokens[t], row[t], Double::sum);
            }
        }
        return sums;
    }

    /** What no loss position sees has no part: padding, and tokens after the last loss. */
    @Property(tries = 20)
    @Tag("law-44")
    void tokensThatNoLossSeesHaveNoPart(@ForAll(supplier = Decoders.class) Setting setting) {
        BlockSpace space = setting.space();
        double[] query = query(setting, space);
        for (Example example : setting.examples()) {
            double[] fed = example.reals(Example.FED);
            int first = 0;
            while (fed[first] == 0) {
                first++;
            }
            double[] weights = new double[example.length()];
            weights[first] = 1;
            double[] row = influence(setting, space).exact(query, example.withWeights(weights));
            for (int t = 0; t < row.length; t++) {
                assertTrue(t == first || row[t] == 0, "position " + t + " of " + Arrays.toString(row));
            }
        }
    }
}
