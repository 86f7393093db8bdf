package org.plumbline.verification.laws;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import net.jqwik.api.Group;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Curvature;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.DenseFactors;
import org.plumbline.curvature.DiagonalCurvature;
import org.plumbline.curvature.EmpiricalFisher;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.FactoredTikhonov;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.linalg.VecKronecker;
import org.plumbline.model.TrackedLayer;
import org.plumbline.solve.LanczosLowRank;

/** The library's own curvatures. */
class CurvatureContractTest {

    private static FactorFit fit(Objective objective, List<TrackedLayer> layers, Compute compute) {
        return new FactorFit(objective, layers, new FisherLabels.Expectation(), compute);
    }

    /** A matrix with a block for each layer on its diagonal. */
    private static Optional<double[]> blockDiagonal(Setting setting, IntFunction<double[]> block) {
        BlockSpace space = setting.space();
        int n = space.dimension();
        double[] matrix = new double[n * n];
        for (int i = 0; i < setting.layers().size(); i++) {
            double[] elements = block.apply(i);
            int from = space.offset(i);
            int size = space.offset(i + 1) - from;
            for (int row = 0; row < size; row++) {
                System.arraycopy(elements, row * size, matrix, (from + row) * n + from, size);
            }
        }
        return Optional.of(matrix);
    }

    @Group
    class ExactGaussNewton extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return ExactCurvature.gaussNewton(objective, BlockSpace.ofLayers(layers), compute);
        }

        @Override
        protected Optional<double[]> matrix(Setting setting) {
            return Optional.of(setting.enumeration().fisher());
        }
    }

    @Group
    class ExactHessian extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return ExactCurvature.hessian(objective, BlockSpace.ofLayers(layers), compute);
        }

        @Override
        protected Optional<double[]> matrix(Setting setting) {
            return Optional.of(DenseExactCurvature.hessian(
                    setting.objective(), setting.layers(), Setting.COMPUTE, _ -> {}).matrix());
        }

        @Override
        protected boolean isSemiDefinite() {
            return false;
        }
    }

    @Group
    class DenseGaussNewton extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return DenseExactCurvature.gaussNewton(objective, layers, compute, _ -> {});
        }

        @Override
        protected Optional<double[]> matrix(Setting setting) {
            return Optional.of(setting.enumeration().fisher());
        }
    }

    @Group
    class Kfac extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return KroneckerCurvature.kfac(fit(objective, layers, compute).factors());
        }

        @Override
        protected Optional<double[]> matrix(Setting setting) {
            LabelEnumeration sums = setting.enumeration();
            return blockDiagonal(setting, i -> Dense.times(sums.meanLength(), VecKronecker.kronecker(
                    sums.gradientFactor(i), setting.layers().get(i).outputs(),
                    sums.activationFactor(i), setting.layers().get(i).columns())));
        }
    }

    @Group
    class Ekfac extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            FactorFit fit = fit(objective, layers, compute);
            return KroneckerCurvature.ekfac(fit.factors(), fit);
        }

        @Override
        protected Optional<double[]> matrix(Setting setting) {
            FactorFit fit = fit(setting.objective(), setting.layers(), Setting.COMPUTE);
            return Optional.of(DenseCurvature.of(
                    KroneckerCurvature.ekfac(fit.factors(), setting.gaussNewton()), Setting.COMPUTE).matrix());
        }
    }

    /** With labels that are drawn. */
    @Group
    class SampledEkfacInBlocks extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            FactorFit fit = new FactorFit(objective, layers, new FisherLabels.Sampled(3, 2), compute);
            return KroneckerCurvature.ekfac(fit.factors(), fit, 2);
        }
    }

    @Group
    class Diagonal extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return new DiagonalCurvature(BlockSpace.ofLayers(layers), fit(objective, layers, compute).diagonal());
        }

        @Override
        protected Optional<double[]> matrix(Setting setting) {
            double[] diagonal = setting.gaussNewton().diagonal();
            double[] matrix = new double[diagonal.length * diagonal.length];
            for (int i = 0; i < diagonal.length; i++) {
                matrix[i * diagonal.length + i] = diagonal[i];
            }
            return Optional.of(matrix);
        }
    }

    @Group
    class BlockDiagonalGaussNewton extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return DenseExactCurvature.gaussNewton(objective, layers, compute, _ -> {}).blockDiagonal();
        }

        @Override
        protected Optional<double[]> matrix(Setting setting) {
            return blockDiagonal(setting, i ->
                    new Setting("one layer", 0, setting.objective(), List.of(setting.layers().get(i)))
                            .enumeration().fisher());
        }
    }

    @Group
    class Empirical extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            BlockSpace space = BlockSpace.ofLayers(layers);
            return new EmpiricalFisher(space, new Gradients(objective, space, compute).ofObjective());
        }

        @Override
        protected Optional<double[]> matrix(Setting setting) {
            int n = setting.space().dimension();
            double[] matrix = new double[n * n];
            for (double[] gradient : setting.gradients()) {
                Dense.addOuter(matrix, 1.0 / setting.gradients().length, gradient);
            }
            return Optional.of(matrix);
        }
    }

    @Group
    class LowRank extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return new LanczosLowRank(3, 4, 1).fit(
                    DenseExactCurvature.gaussNewton(objective, layers, compute, _ -> {}));
        }
    }

    @Group
    class PartialTraces extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return KroneckerCurvature.kfac(DenseFactors.partialTraces(
                    DenseExactCurvature.gaussNewton(objective, layers, compute, _ -> {})));
        }
    }

    @Group
    class DampedInsideTheFactors extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return FactoredTikhonov.TRACE_NORM.damped(fit(objective, layers, compute).factors(),
                    Damping.absolute(BlockSpace.ofLayers(layers), 0.1));
        }
    }

    @Group
    class NearestKroneckerProduct extends CurvatureContract {
        @Override
        protected Curvature curvature(Objective objective, List<TrackedLayer> layers, Compute compute) {
            return KroneckerCurvature.kfac(DenseFactors.nearest(
                    DenseExactCurvature.gaussNewton(objective, layers, compute, _ -> {})));
        }
    }
}
