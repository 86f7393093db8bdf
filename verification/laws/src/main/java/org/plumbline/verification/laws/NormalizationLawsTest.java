package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertWithin;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.DiagonalizedCurvature;
import org.plumbline.curvature.IdentityCurvature;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.influence.ranking.ScoreNormalization;
import org.plumbline.linalg.Vectors;

/** Normalized scores, with the gradients of a model. */
class NormalizationLawsTest {

    /**
     * Divisors are those of the equations, from whole vectors: {@code gᵀB⁻¹g = g·(B⁻¹g)} and {@code ‖B⁻¹g‖²}. Then with
     * {@code B} from EK-FAC, a diagonal or the identity: a cosine is in {@code [−1, 1]}, and −1 of the loss with the
     * same loss; a larger gradient of a sequence changes no normalized score; and no score under θ-RelatIF exceeds
     * {@code ‖q‖}, none under ℓ-RelatIF {@code √(qᵀB⁻¹q)}.
     */
    @Property(tries = 20)
    @Tag("law-61")
    void normalizedScoresAreTheirEquations(@ForAll(supplier = Models.Small.class) Setting setting) {
        DiagonalizedCurvature ekfac = Subject.library().ekfac(setting.objective(), setting.layers());
        DiagonalizedCurvature diagonal = new DiagonalCurvature(setting.space(), setting.gaussNewton().diagonal());
        DiagonalizedCurvature identity = new IdentityCurvature(setting.space());
        for (DiagonalizedCurvature curvature : new DiagonalizedCurvature[] {ekfac, diagonal, identity}) {
            holds(setting, curvature.inverse(curvature.damping(0.1)));
        }
    }

    private static void holds(Setting setting, ClosedFormInverse inverse) {
        double[][] g = setting.gradients();
        double[][] q = {setting.vector("query", setting.space().dimension()), g[0].clone()};
        double[][] preconditioned = inverse.applyAll(q);
        double[] querySquares = {Vectors.dot(q[0], preconditioned[0]), Vectors.dot(q[1], preconditioned[1])};
        double[][] raw = InfluenceScores.of(preconditioned, g).raw();
        for (ScoreNormalization kind : ScoreNormalization.values()) {
            double[] squares = new double[g.length];
            for (int m = 0; m < g.length; m++) {
                double[] x = inverse.apply(g[m]);
                double defined = kind == ScoreNormalization.RELATIF_PARAMETER
                        ? Vectors.dot(x, x) : Vectors.dot(g[m], x);
                double[] root = g[m];
                squares[m] = kind.squares(inverse).map(one -> Vectors.dot(root, one.apply(root))).orElse(defined);
                assertWithin("squared divisor", defined, squares[m], Rounding.SAME * Math.abs(defined));
            }
            double[][] normalized = kind.normalized(raw, querySquares, squares);
            if (kind == ScoreNormalization.NONE) {
                assertArrayEquals(raw, normalized);
                continue;
            }
            for (int i = 0; i < q.length; i++) {
                double largest = switch (kind) {
                    case NONE -> Double.POSITIVE_INFINITY;
                    case COSINE -> 1;
                    case RELATIF_LOSS -> Math.sqrt(Math.max(0, querySquares[i]));
                    case RELATIF_PARAMETER -> Vectors.norm(q[i]);
                };
                for (int m = 0; m < g.length; m++) {
                    double divisor = Math.sqrt(squares[m])
                            * (kind == ScoreNormalization.COSINE ? Math.sqrt(querySquares[i]) : 1);
                    assertEquals(divisor == 0 ? 0 : raw[i][m] / divisor, normalized[i][m],
                            Rounding.SAME * Math.abs(normalized[i][m]));
                    assertTrue(Math.abs(normalized[i][m]) <= largest * (1 + Rounding.SAME),
                            kind + ": " + normalized[i][m] + " above " + largest);
                }
            }
            if (kind == ScoreNormalization.COSINE && squares[0] > 0) {
                assertWithin("cosine with itself", -1, normalized[1][0], Rounding.SAME);
            }
            double[][] scaledRaw = {raw[0].clone(), raw[1].clone()};
            double[] scaledSquares = squares.clone();
            for (int m = 0; m < g.length; m++) {
                scaledRaw[0][m] *= 3;
                scaledRaw[1][m] *= 3;
                scaledSquares[m] *= 9;
            }
            double[][] scaled = kind.normalized(scaledRaw, querySquares, scaledSquares);
            for (int i = 0; i < q.length; i++) {
                assertArrayEquals(normalized[i], scaled[i], Rounding.SAME * Vectors.norm(normalized[i]));
            }
        }
        assertTrue(ScoreNormalization.NONE.squares(inverse).isEmpty());
    }
}
