package org.plumbline.verification.laws;

import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.engine.Storage;
import org.plumbline.influence.InputTokenInfluence;
import org.plumbline.influence.OutputTokenInfluence;
import org.plumbline.influence.query.LayerQueries;
import org.plumbline.influence.query.Queries;
import org.plumbline.influence.scan.ScorePart;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Decoder;
import org.plumbline.model.Example;
import org.plumbline.model.TrackedLayer;

/**
 * Scans that score predicted tokens and tokens read, all queries and sequences at once, against the definitions, which
 * take one query and one sequence at a time. Random matrices stand for preconditioned queries.
 */
class TokenScanLawsTest {
    private static final int COUNT = 3;

    /** Queries of rank {@code r}, or whole ones for 0; thin factors are kept where a layer has room for them. */
    private static Queries queries(Setting setting, int rank) {
        List<LayerQueries> layers = new ArrayList<>();
        for (TrackedLayer layer : setting.layers()) {
            layers.add(rank == 0
                    ? new LayerQueries.Full(layer, draws(setting, layer.name(), layer.size()))
                    : new LayerQueries.LowRank(layer, rank,
                            draws(setting, "left " + layer.name(), layer.outputs() * rank),
                            draws(setting, "right " + layer.name(), layer.columns() * rank)));
        }
        double[][] none = new double[COUNT][setting.layers().size()];
        return new Queries(layers, rank, none, none);
    }

    private static List<Storage> draws(Setting setting, String name, int size) {
        return IntStream.range(0, COUNT).mapToObj(q -> Storage.of(setting.vector(name + q, size))).toList();
    }

    private static double[] flat(Queries queries, int query) {
        return queries.layers().stream().flatMapToDouble(layer -> Arrays.stream(layer.matrix(query))).toArray();
    }

    private static double[] cells(ScorePart scan, int sequence, int query) {
        double[] row = new double[scan.tokens()[sequence].length / COUNT];
        for (int t = 0; t < row.length; t++) {
            row[t] = scan.tokens()[sequence][t * COUNT + query];
        }
        return row;
    }

    /** Besides, cells sum to the score of a scan without tokens, whose layers are the same to the last bit. */
    @Property(tries = 25)
    @Tag("law-43")
    void predictedTokensOfAScanAreDirectionalDerivatives(
            @ForAll(supplier = Models.class) Setting setting, @ForAll @IntRange(max = 2) int rank) {
        Queries queries = queries(setting, rank);
        ScorePart plain = Scans.scan(setting, setting.layers(), queries, TokenScores.NONE);
        ScorePart scan = Scans.scan(setting, setting.layers(), queries, TokenScores.OUTPUT);
        OutputTokenInfluence definition = new OutputTokenInfluence(setting.model(),
                setting.objective().parameters(), setting.space(), Setting.COMPUTE);
        for (int q = 0; q < COUNT; q++) {
            double[] query = flat(queries, q);
            for (int m = 0; m < setting.examples().size(); m++) {
                double bound = Rounding.SAME * Vectors.norm(query) * (1 + Vectors.norm(setting.gradients()[m]));
                double[] cells = cells(scan, m, q);
                assertWithin("predicted tokens", definition.exact(query, setting.examples().get(m)), cells, bound);
                assertWithin("sum of tokens", plain.totals()[m * COUNT + q], Arrays.stream(cells).sum(), bound);
            }
        }
        for (int i = 0; i < setting.layers().size(); i++) {
            assertWithin("score of " + setting.layers().get(i).name(), plain.layers()[i], scan.layers()[i], 0);
        }
    }

    /**
     * A derivative in an embedding's factor is some ten times one of the loss: each LayerNorm that reads a stream of
     * deviation 0.1 enlarges it by that, and what cancels leaves the rounding of the whole.
     */
    @Property(tries = 25)
    @Tag("law-44")
    void readTokensOfAScanAreDirectionalDerivatives(
            @ForAll(supplier = Decoders.class) Setting setting, @ForAll @IntRange(max = 2) int rank) {
        Queries queries = queries(setting, rank);
        ScorePart scan = Scans.scan(setting, setting.layers(), queries, TokenScores.INPUT);
        InputTokenInfluence definition = new InputTokenInfluence((Decoder) setting.model(),
                setting.objective().parameters(), setting.space(), Setting.COMPUTE);
        for (int q = 0; q < COUNT; q++) {
            double[] query = flat(queries, q);
            for (int m = 0; m < setting.examples().size(); m++) {
                double[] expected = definition.exact(query, setting.examples().get(m));
                assertWithin("tokens read", expected, cells(scan, m, q), 100 * Rounding.SAME
                        * (Vectors.norm(expected) + Vectors.norm(query) * (1 + Vectors.norm(setting.gradients()[m]))));
            }
        }
    }

    /** What no loss position sees has no part in either row: padding, and tokens after the last loss. */
    @Property(tries = 10)
    @Tag("law-44")
    void tokensThatNoLossSeesHaveNoPart(@ForAll(supplier = Decoders.class) Setting setting) {
        List<Example> examples = setting.examples().stream().map(TokenScanLawsTest::firstLossOnly).toList();
        Queries queries = queries(setting, 0);
        for (TokenScores tokens : new TokenScores[] {TokenScores.OUTPUT, TokenScores.INPUT}) {
            ScorePart scan = Scans.scan(setting.on(examples), setting.layers(), queries, tokens);
            for (int m = 0; m < examples.size(); m++) {
                double[] weights = examples.get(m).reals(Example.WEIGHTS);
                for (int i = 0; i < scan.tokens()[m].length; i++) {
                    double cell = weights[i / COUNT] == 1 ? 0 : scan.tokens()[m][i];
                    assertWithin(tokens + " token " + i / COUNT, 0, cell, 0);
                }
            }
        }
    }

    private static Example firstLossOnly(Example example) {
        double[] fed = example.reals(Example.FED);
        double[] weights = new double[example.length()];
        int first = 0;
        while (fed[first] == 0) {
            first++;
        }
        weights[first] = 1;
        return example.withWeights(weights);
    }
}
