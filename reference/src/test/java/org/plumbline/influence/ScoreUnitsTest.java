package org.plumbline.influence;

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
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;
import org.plumbline.influence.corpus.Candidates;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.PromptedQueries;
import org.plumbline.influence.corpus.ScanSettings;
import org.plumbline.influence.corpus.ScoreUnits;
import org.plumbline.influence.query.Aggregation;
import org.plumbline.influence.scan.TokenScores;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.Npy;
import org.plumbline.model.Example;
import org.plumbline.text.PackedSequences;
import org.plumbline.text.Packing;
import org.plumbline.text.TokenSequence;

/** Scores of documents and groups against the gradients of their own loss terms, however documents are packed. */
class ScoreUnitsTest extends InfluenceFixture {
    private static final Compute COMPUTE = new Compute(LoweredEngine.scalar(), Workers.serial());
    private static final int POSITIONS = 11;
    private static final int END = 7;

    /** Two documents have the same id, and the last has no topic. */
    @BeforeAll
    static void topics() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            lines.add(Json.line(Map.of("id", "t" + i % 7, "topic", i % 3 == 0 ? "sea" : "sky",
                    "text", "line " + i + " of the long text".substring(0, 3 + 2 * i))));
        }
        lines.add(Json.line(Map.of("id", "t9", "text", "no topic")));
        Files.write(folder.resolve("topics.jsonl"), lines);
    }

    private static Stream<Packing> packings() {
        return Stream.of(Packing.splitting(POSITIONS), Packing.packed(POSITIONS, END), Packing.truncating(POSITIONS));
    }

    @ParameterizedTest
    @MethodSource("packings")
    void unitsHaveTheScoresOfTheirLossTerms(Packing packing) {
        try (Influence influence = builder("topics.jsonl").packing(packing).open().load(folder.resolve("factors"))) {
            PromptedQueries queries = queries(influence);
            Path out = folder.resolve("units " + packing.mode());
            influence.scan(out, queries, new ScanSettings(0, Aggregation.NONE, TokenScores.OUTPUT, Optional.empty()));
            SequencedMap<String, double[]> byDocument = defined(influence, queries, part -> "" + part.number());
            SequencedMap<String, double[]> byTopic = defined(
                    influence, queries, part -> part.metadata().getOrDefault("topic", "(none)"));
            assertEquals(3, byTopic.size());
            assertEquals(9, byDocument.size());
            same(byDocument, ScoreUnits.write(out, influence.corpus(), ScoreUnits.DOCUMENT), queries.list().size());
            same(byTopic, ScoreUnits.write(out, influence.corpus(), "topic"), queries.list().size());
            assertTrue(assertThrows(InputException.class, () -> ScoreUnits.write(out, influence.corpus(), "year"))
                    .getMessage().contains("found no document with that field"));
        }
    }

    @ParameterizedTest
    @MethodSource("packings")
    void packedUnitsNeedScoresByPredictedToken(Packing packing) {
        try (Influence influence = builder("topics.jsonl").packing(packing).open().load(folder.resolve("factors"))) {
            Path out = folder.resolve("whole " + packing.mode());
            influence.scan(out, queries(influence), ScanSettings.DEFAULT);
            if (packing.mode() == Packing.Mode.PACK) {
                assertTrue(assertThrows(InputException.class,
                        () -> ScoreUnits.write(out, influence.corpus(), ScoreUnits.DOCUMENT))
                        .getMessage().contains("expected a scan with --tokens output"));
            } else {
                ScoreUnits.write(out, influence.corpus(), ScoreUnits.DOCUMENT);
            }
        }
    }

    /** Scores of token cells are kept in single precision; some ten of them are summed. */
    private static void same(SequencedMap<String, double[]> expected, Path file, int queries) {
        Npy.Array found = Npy.read(file);
        assertEquals(List.of(queries, expected.size()), IntStream.of(found.shape()).boxed().toList());
        double largest = expected.values().stream().flatMapToDouble(Arrays::stream).map(Math::abs).max().orElseThrow();
        int column = 0;
        for (double[] scores : expected.values()) {
            for (int q = 0; q < queries; q++) {
                assertEquals(scores[q], found.values()[q * expected.size() + column], 100 * 0x1p-24 * largest);
            }
            column++;
        }
    }

    /** {@code −∇fᵀ(C + λ)⁻¹∇L} of the loss terms whose predicted token is a unit's. */
    private static SequencedMap<String, double[]> defined(
            Influence influence, PromptedQueries queries, Function<TokenSequence.Part, String> unit) {
        ModelFolder model = model();
        InverseCurvature inverse = FactorStore.inverse(folder.resolve("factors"), model.model().mlpLayers(),
                Candidates.required(influence.corpus().origin(model)), Optional.empty(), COMPUTE);
        List<String> units = new ArrayList<>();
        List<Example> examples = new ArrayList<>();
        try (PackedSequences sequences = influence.corpus().packing().open(
                influence.corpus().source(), model.tokenizer().tokenizer())) {
            while (sequences.hasNext()) {
                TokenSequence sequence = sequences.next().trimmed();
                for (TokenSequence.Part part : sequence.parts()) {
                    boolean[] loss = sequence.loss().clone();
                    for (int t = 0; t < loss.length; t++) {
                        loss[t] &= t + 1 >= part.from() && t + 1 < part.to();
                    }
                    units.add(unit.apply(part));
                    examples.add(new TokenSequence(
                            sequence.tokens(), sequence.fed(), loss, sequence.parts()).example());
                }
            }
        }
        Gradients gradients = new Gradients(new Objective(model.model(), model.parameters(), examples),
                BlockSpace.ofLayers(model.model().mlpLayers()), COMPUTE);
        double[][] scores = InfluenceScores.of(
                inverse.applyAll(gradients.ofLogLikelihood(queries.examples())), gradients.of(examples)).raw();
        SequencedMap<String, double[]> sums = new LinkedHashMap<>();
        for (int i = 0; i < units.size(); i++) {
            double[] sum = sums.computeIfAbsent(units.get(i), _ -> new double[scores.length]);
            for (int q = 0; q < scores.length; q++) {
                sum[q] += scores[q][i];
            }
        }
        return sums;
    }
}
