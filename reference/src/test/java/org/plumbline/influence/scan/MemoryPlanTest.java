package org.plumbline.influence.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plumbline.batch.FisherLabels;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.SequenceLengths;
import org.plumbline.batch.Sums;
import org.plumbline.curvature.FitMemory;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.TrackedLayer;
import org.plumbline.random.RandomStreams;

/**
 * Plans for layers of 4 to 5 and of 5 to 4 columns and rows, with biases, counted by hand. What programs take is left
 * open: it is the same for each thread, and cancels.
 */
class MemoryPlanTest {
    private static final int WIDTH = 4;
    private static final int HIDDEN = 5;
    private static final int LENGTH = 6;
    private static final int BATCH = 2;
    private static final Gpt2 MODEL = new Gpt2(new Gpt2Config(7, LENGTH, WIDTH, 1, 1, HIDDEN, false, 1e-5));

    private static final FisherLabels LABELS = new FisherLabels.Sampled(1, 1);

    /** Elements of both weights with their biases: {@code [5, 5]} and {@code [4, 6]}. */
    private static final long SIZES = HIDDEN * (WIDTH + 1) + WIDTH * (HIDDEN + 1);

    /** Elements of {@code A} and {@code S} of both. */
    private static final long SQUARES = 25 + 25 + 36 + 16;

    private static MemoryPlan plan(Precision precision, int threads) {
        List<TrackedLayer> layers = MODEL.mlpLayers();
        return new MemoryPlan(new Pipeline(MODEL,
                MODEL.initialize(RandomStreams.of(1, "parameters", 0)).copy(precision), layers,
                new Compute(LoweredEngine.scalar(), Workers.of(threads)), BATCH, 2 * BATCH),
                SequenceLengths.equal(1, LENGTH), LENGTH);
    }

    private static FitMemory fit(Precision precision, int threads) {
        return new FitMemory(new Pipeline(MODEL,
                MODEL.initialize(RandomStreams.of(1, "parameters", 0)).copy(precision), MODEL.mlpLayers(),
                new Compute(LoweredEngine.scalar(), Workers.of(threads)), BATCH, 2 * BATCH), LABELS,
                SequenceLengths.equal(1, LENGTH));
    }

    private static long parameters(Precision precision) {
        return (long) MODEL.space().size() * precision.bytes();
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aFitIsAsLargeAsItsLargestPass(Precision precision) {
        FitMemory plan = fit(precision, 2);
        assertEquals(parameters(precision), plan.parameters());
        assertEquals(parameters(precision), plan.fit(Strategy.IDENTITY));
        assertEquals(plan.moments(Strategy.DIAGONAL), plan.fit(Strategy.DIAGONAL));
        long factors = Math.max(plan.factors(), plan.eigenbases());
        assertEquals(factors, plan.fit(Strategy.KFAC));
        assertEquals(Math.max(factors, plan.moments(Strategy.EKFAC)), plan.fit(Strategy.EKFAC));
    }

    /** Sums are triangles in double precision: one for each thread and the total, or what the total is unpacked to. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void eachThreadHasItsProgramsAndSums(Precision precision) {
        long second = fit(precision, 2).factors() - fit(precision, 1).factors();
        long third = fit(precision, 3).factors() - fit(precision, 2).factors();
        assertTrue(second > 0);
        // Two threads' triangles are as large as the factors that the total is unpacked to; the third's come on top.
        assertEquals(Double.BYTES * SQUARES / 2, third - second);
        assertEquals(parameters(precision) + second + Double.BYTES * (SQUARES / 2 + SQUARES),
                fit(precision, 1).factors());
        long eigenbases = parameters(precision) + Double.BYTES * 2 * SQUARES;
        for (int threads = 1; threads <= 3; threads++) {
            assertEquals(eigenbases + threads * Double.BYTES * 4L * 36, fit(precision, threads).eigenbases());
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void theSecondPassHasRotationsBesideItsSums(Precision precision) {
        for (Strategy strategy : new Strategy[] {Strategy.EKFAC, Strategy.DIAGONAL}) {
            long rotations = strategy == Strategy.EKFAC ? SQUARES * precision.bytes() : 0;
            long each = fit(precision, 3).moments(strategy) - fit(precision, 2).moments(strategy);
            assertTrue(each > Double.BYTES * SIZES);
            assertEquals(parameters(precision) + rotations + 2 * Double.BYTES * SIZES + 3 * each,
                    fit(precision, 3).moments(strategy));
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void queriesAreKeptWholeOrThin(Precision precision) {
        MemoryPlan plan = plan(precision, 1);
        long thin = 2 * (HIDDEN + WIDTH + 1) + 2 * (WIDTH + HIDDEN + 1);
        for (int rank : new int[] {0, 2, 4, 5}) {
            // Rank 4 is that of the second layer, and the first is whole at rank 5.
            long kept = switch (rank) {
                case 2 -> thin;
                case 4 -> 4 * (HIDDEN + WIDTH + 1) + WIDTH * (HIDDEN + 1);
                default -> SIZES;
            };
            assertEquals(3 * kept * precision.bytes(), plan.storedQueries(3, rank));
            assertEquals(2 * plan.storedQueries(3, rank),
                    plan.scan(3, rank, TokenScores.NONE) - plan.scan(0, rank, TokenScores.NONE));
            assertEquals(3 * kept * precision.bytes(),
                    plan.queries(1003, rank, Strategy.EKFAC) - plan.queries(1000, rank, Strategy.EKFAC));
        }
    }

    /** The curvature stands beside the programs in their precision; without factors it is a diagonal alone. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void preconditioningHoldsTheCurvature(Precision precision) {
        for (Strategy strategy : new Strategy[] {Strategy.EKFAC, Strategy.DIAGONAL}) {
            long curvature = (strategy == Strategy.EKFAC ? SQUARES + SIZES : SIZES) * precision.bytes();
            long each = plan(precision, 3).queries(1000, 0, strategy) - plan(precision, 2).queries(1000, 0, strategy);
            assertTrue(each > Double.BYTES * SIZES);
            assertEquals(parameters(precision) + curvature + 3 * each + 1000 * SIZES * precision.bytes(),
                    plan(precision, 3).queries(1000, 0, strategy));
        }
    }

    /** Without tokens a thread holds whole gradients of a batch, with tokens the products of each position. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void aScanHoldsGradientsOrCells(Precision precision) {
        for (int rank : new int[] {0, 2}) {
            long cells = (long) BATCH * LENGTH * 3 * (rank == 0 ? WIDTH : 2 * rank);
            for (int threads = 1; threads <= 2; threads++) {
                assertEquals(threads * precision.bytes() * (cells - (long) BATCH * 25),
                        plan(precision, threads).scan(3, rank, TokenScores.GRADIENT)
                                - plan(precision, threads).scan(3, rank, TokenScores.NONE));
            }
            long each = plan(precision, 2).scan(3, rank, TokenScores.NONE)
                    - plan(precision, 1).scan(3, rank, TokenScores.NONE);
            assertTrue(each > precision.bytes() * BATCH * 25L);
            assertEquals(parameters(precision) + each, plan(precision, 1).scan(0, rank, TokenScores.NONE));
        }
    }

    /**
     * A pass with tangents stands beside the passes that no query enters, and its reverse holds what the pass did;
     * queries are taken as they are.
     */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void passesAlongQueriesHoldThemselves(Precision precision) {
        for (int rank : new int[] {0, 2}) {
            long plain = threadOf(precision, rank, TokenScores.NONE);
            long output = threadOf(precision, rank, TokenScores.OUTPUT);
            long input = threadOf(precision, rank, TokenScores.INPUT);
            // The tangents of a batch's hidden layer at the least.
            assertTrue(output - plain > (long) BATCH * LENGTH * HIDDEN * precision.bytes());
            assertTrue(input > output);
            MemoryPlan plan = plan(precision, 1);
            assertEquals(2 * plan.storedQueries(7, rank),
                    plan.scan(7, rank, TokenScores.OUTPUT) - plan.scan(0, rank, TokenScores.OUTPUT));
        }
    }

    /** Both rotations and the diagonal stay beside the programs; each thread holds gradients in the basis. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void selfInfluenceHoldsTheCurvature(Precision precision) {
        for (Strategy strategy : new Strategy[] {Strategy.EKFAC, Strategy.DIAGONAL}) {
            long curvature = (strategy == Strategy.EKFAC ? SQUARES + SIZES : SIZES) * precision.bytes();
            long each = plan(precision, 30).self(strategy) - plan(precision, 29).self(strategy);
            assertTrue(each > BATCH * SIZES / 2 * precision.bytes());
            assertEquals(parameters(precision) + curvature + 30 * each, plan(precision, 30).self(strategy));
        }
    }

    private static long threadOf(Precision precision, int rank, TokenScores tokens) {
        return plan(precision, 2).scan(3, rank, tokens) - plan(precision, 1).scan(3, rank, tokens);
    }
}
