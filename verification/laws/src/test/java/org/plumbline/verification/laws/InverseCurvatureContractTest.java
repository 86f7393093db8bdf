package org.plumbline.verification.laws;

import java.util.List;
import net.jqwik.api.Group;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ClosedFormInverse;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.InverseCurvature;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.LowRankCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.model.TrackedLayer;
import org.plumbline.solve.ConjugateGradient;
import org.plumbline.solve.DenseInverse;
import org.plumbline.solve.IterationListener;
import org.plumbline.solve.LanczosLowRank;
import org.plumbline.solve.LowRankComplement;
import org.plumbline.solve.LowRankInverse;
import org.plumbline.solve.NegativeCurvature;
import org.plumbline.solve.PreconditionedNeumann;
import org.plumbline.solve.PreconditionedSpectrum;
import org.plumbline.solve.SpectralInverse;

/** The library's own inverses. */
class InverseCurvatureContractTest {

    private static FactorFit fit(Objective objective, List<TrackedLayer> layers, Compute compute) {
        return new FactorFit(objective, layers, new FisherLabels.Expectation(), compute);
    }

    private static KroneckerCurvature fittedEkfac(Objective objective, List<TrackedLayer> layers, Compute compute) {
        FactorFit fit = fit(objective, layers, compute);
        return KroneckerCurvature.ekfac(fit.factors(), fit);
    }

    /** An inverse of the dense Gauss–Newton matrix. */
    abstract static class OfGaussNewton extends InverseCurvatureContract {
        @Override
        protected DenseCurvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return DenseExactCurvature.gaussNewton(objective, layers, compute, _ -> {});
        }
    }

    /** One that ends at a residual. */
    abstract static class Solver extends OfGaussNewton {
        static final double RESIDUAL = 1e-10;

        @Override
        protected double relativeResidual() {
            return RESIDUAL;
        }
    }

    @Group
    class DenseGaussNewton extends InverseCurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return ExactCurvature.gaussNewton(objective, BlockSpace.ofLayers(layers), compute);
        }

        @Override
        protected InverseCurvature inverse(
                Objective objective, List<TrackedLayer> layers, Damping damping, Compute compute) {
            return DenseInverse.of(DenseExactCurvature.gaussNewton(objective, layers, compute, _ -> {}), damping);
        }
    }

    @Group
    class Kfac extends InverseCurvatureContract {
        @Override
        protected KroneckerCurvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return KroneckerCurvature.kfac(fit(objective, layers, compute).factors());
        }

        @Override
        protected InverseCurvature inverse(
                Objective objective, List<TrackedLayer> layers, Damping damping, Compute compute) {
            return ClosedFormInverse.of(curvature(objective, layers, compute), damping);
        }
    }

    @Group
    class Ekfac extends InverseCurvatureContract {
        @Override
        protected KroneckerCurvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return fittedEkfac(objective, layers, compute);
        }

        @Override
        protected InverseCurvature inverse(
                Objective objective, List<TrackedLayer> layers, Damping damping, Compute compute) {
            return ClosedFormInverse.of(curvature(objective, layers, compute), damping);
        }
    }

    @Group
    class Diagonal extends InverseCurvatureContract {
        @Override
        protected DiagonalCurvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return new DiagonalCurvature(BlockSpace.ofLayers(layers), fit(objective, layers, compute).diagonal());
        }

        @Override
        protected InverseCurvature inverse(
                Objective objective, List<TrackedLayer> layers, Damping damping, Compute compute) {
            return ClosedFormInverse.of(curvature(objective, layers, compute), damping);
        }
    }

    @Group
    class BlockDiagonalGaussNewton extends InverseCurvatureContract {
        @Override
        protected DenseCurvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return DenseExactCurvature.gaussNewton(objective, layers, compute, _ -> {}).blockDiagonal();
        }

        @Override
        protected InverseCurvature inverse(
                Objective objective, List<TrackedLayer> layers, Damping damping, Compute compute) {
            return DenseInverse.of(curvature(objective, layers, compute), damping);
        }
    }

    /** The absolute value of a matrix without negative eigenvalues is the matrix. */
    @Group
    class AbsoluteGaussNewton extends OfGaussNewton {
        @Override
        protected InverseCurvature inverse(
                Objective objective, List<TrackedLayer> layers, Damping damping, Compute compute) {
            return SpectralInverse.of(
                    curvature(objective, layers, compute), damping, NegativeCurvature.ABSOLUTE, compute);
        }
    }

    /** Its own curvature, of rank three: what lies outside has the damping alone. */
    @Group
    class LowRank extends InverseCurvatureContract {
        @Override
        protected LowRankCurvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return new LanczosLowRank(3, 4, 1).fit(
                    DenseExactCurvature.gaussNewton(objective, layers, compute, _ -> {}));
        }

        @Override
        protected InverseCurvature inverse(
                Objective objective, List<TrackedLayer> layers, Damping damping, Compute compute) {
            return LowRankInverse.of(curvature(objective, layers, compute), damping, LowRankComplement.DAMPED);
        }
    }

    /** Exact, by Neumann steps with momentum in the metric of EK-FAC. */
    @Group
    class Astra extends Solver {
        @Override
        protected InverseCurvature inverse(
                Objective objective, List<TrackedLayer> layers, Damping damping, Compute compute) {
            DenseCurvature exact = curvature(objective, layers, compute);
            ClosedFormInverse ekfac = ClosedFormInverse.of(fittedEkfac(objective, layers, compute), damping);
            return PreconditionedNeumann.tuned(
                            PreconditionedSpectrum.of(exact, damping, ekfac, 1), RESIDUAL, 100_000)
                    .asInverse(exact, damping, ekfac, IterationListener.NONE);
        }
    }

    /** Exact, iterative, with EK-FAC in front. */
    @Group
    class PreconditionedConjugateGradients extends Solver {
        @Override
        protected InverseCurvature inverse(
                Objective objective, List<TrackedLayer> layers, Damping damping, Compute compute) {
            return new ConjugateGradient(RESIDUAL, 10_000).asInverse(curvature(objective, layers, compute), damping,
                    ClosedFormInverse.of(fittedEkfac(objective, layers, compute), damping));
        }
    }
}
