package org.plumbline.influence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.plumbline.influence.corpus.InfluenceAnswer;
import org.plumbline.influence.corpus.InfluenceReport;
import org.plumbline.influence.corpus.PromptedQuery;
import org.plumbline.influence.corpus.QuerySettings;
import org.plumbline.influence.query.SolveSettings;
import org.plumbline.influence.query.Solver;
import org.plumbline.io.InputException;

/** What an answer has beside its report: all scores, and how they divide among layers, tokens and the completion. */
class AnswerTest extends InfluenceFixture {

    @Test
    void cellsOfLayersAndTokensSumToBoth() {
        SolveSettings exact = new SolveSettings(Solver.CG, 1e-3, 100, OptionalDouble.empty());
        for (SolveSettings solve : List.of(SolveSettings.CLOSED, exact)) {
            try (Influence influence = loaded()) {
                PromptedQuery query = influence.prompted("the sky is", " blue");
                InfluenceAnswer answer = influence.answer(query, QuerySettings.DEFAULT.withTop(3).withSolve(solve));
                double bound = tolerance(answer.scores());
                assertArrayEquals(IntStream.range(0, DOCUMENTS).toArray(), answer.sequences());
                for (InfluenceReport.Ranked entry : answer.report().positive()) {
                    assertEquals(answer.scores()[entry.sequence()], entry.raw());
                    double[][] cells = influence.layerTokenScores(answer, entry.sequence())[0];
                    assertEquals(influence.layers().size(), cells.length);
                    double[] tokens = new double[cells[0].length];
                    Arrays.setAll(tokens, t -> Arrays.stream(cells).mapToDouble(layer -> layer[t]).sum());
                    assertArrayEquals(entry.tokenScores(), tokens, bound);
                }
            }
        }
    }

    @Test
    void tokensOfTheCompletionSumToTheScore() {
        try (Influence influence = loaded()) {
            PromptedQuery query = influence.prompted("the sky is", " blue");
            double[] scores = influence.answer(query, QuerySettings.DEFAULT).scores();
            int[] all = IntStream.range(0, DOCUMENTS).toArray();
            double[][] parts = influence.completionTokenScores(query, all);
            assertEquals(" blue".length(), parts.length);
            double[] sums = new double[DOCUMENTS];
            Arrays.setAll(sums, m -> Arrays.stream(parts).mapToDouble(row -> row[m]).sum());
            assertArrayEquals(scores, sums, tolerance(scores));
            // Some of them as a query of their own.
            double[] first = influence.answer(query.ofTokens(List.of(0, 2)), QuerySettings.DEFAULT).scores();
            double[] expected = new double[DOCUMENTS];
            Arrays.setAll(expected, m -> parts[0][m] + parts[2][m]);
            assertArrayEquals(expected, first, tolerance(scores));
            assertThrows(InputException.class, () -> query.ofTokens(List.of(5)));
            assertThrows(InputException.class, () -> query.ofTokens(List.of()));
        }
    }
}
