package org.plumbline.verification.mistakes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.linalg.SymmetricEigen;
import org.plumbline.model.TrackedLayer;
import org.plumbline.verification.laws.Dense;
import org.plumbline.verification.laws.LabelEnumeration;
import org.plumbline.verification.laws.Subject;

/** Mistakes in how a layer's parameters are laid out as a matrix. */
final class LayoutMistakes {
    private LayoutMistakes() {}

    /** A subject that applies the right inverse to wrongly laid out blocks. */
    private interface Rearranged extends Subject {
        /** Where the element at {@code index} of the block is put before the product, and taken from after it. */
        int position(ParameterBlock block, int index);

        @Override
        default double[] inverseProduct(KroneckerCurvature curvature, Damping damping, double[] v) {
            double[] moved = new double[v.length];
            int[] positions = positions(curvature.space());
            for (int i = 0; i < v.length; i++) {
                moved[positions[i]] = v[i];
            }
            double[] product = Subject.super.inverseProduct(curvature, damping, moved);
            double[] result = new double[v.length];
            for (int i = 0; i < v.length; i++) {
                result[i] = product[positions[i]];
            }
            return result;
        }

        private int[] positions(BlockSpace space) {
            int[] positions = new int[space.dimension()];
            for (int k = 0; k < space.blocks().size(); k++) {
                for (int index = 0; index < space.blocks().get(k).size(); index++) {
                    positions[space.offset(k) + index] = space.offset(k) + position(space.blocks().get(k), index);
                }
            }
            return positions;
        }
    }

    /** {@code vec(W)} followed by {@code b}, read as {@code [out, in + 1]}. */
    static final class BiasAppended implements Rearranged {
        @Override
        public int position(ParameterBlock block, int index) {
            if (block.bias().isEmpty()) {
                return index;
            }
            int row = index / block.columns();
            int column = index % block.columns();
            int inputs = block.columns() - 1;
            return column < inputs ? row * inputs + column : block.rows() * inputs + row;
        }
    }

    /** {@code vec(Wᵀ)} read as {@code [out, in]}; the bias in its place. */
    static final class AxesSwapped implements Rearranged {
        @Override
        public int position(ParameterBlock block, int index) {
            int inputs = block.columns() - (block.bias().isPresent() ? 1 : 0);
            int row = index / block.columns();
            int column = index % block.columns();
            if (column == inputs) {
                return index;
            }
            int flat = column * block.rows() + row;
            return flat / inputs * block.columns() + flat % inputs;
        }
    }

    /** A one appended to the inputs of every layer, and the column of the bias that is not there dropped afterwards. */
    static final class BiasAssumed implements Subject {
        private Objective objective;
        private List<TrackedLayer> layers;

        @Override
        public List<KroneckerFactors> factors(Objective fitted, List<TrackedLayer> fittedLayers) {
            objective = fitted;
            layers = fittedLayers;
            return Subject.super.factors(fitted, fittedLayers);
        }

        @Override
        public double[] inverseProduct(KroneckerCurvature curvature, Damping damping, double[] v) {
            double[] right = Subject.super.inverseProduct(curvature, damping, v);
            LabelEnumeration enumeration = new LabelEnumeration(objective, layers);
            return Layers.flat(layers, i -> {
                BlockSpace space = curvature.space();
                TrackedLayer layer = layers.get(i);
                return layer.bias().isPresent()
                        ? Arrays.copyOfRange(right, space.offset(i), space.offset(i + 1))
                        : extended(enumeration, i, layer, damping.of(i),
                                Arrays.copyOfRange(v, space.offset(i), space.offset(i + 1)));
            });
        }

        /** K-FAC's closed form on {@code [V 0]}. */
        private static double[] extended(
                LabelEnumeration enumeration, int index, TrackedLayer layer, double damping, double[] v) {
            int rows = layer.outputs();
            int columns = layer.inputs() + 1;
            SymmetricEigen a = SymmetricEigen.of(
                    withOnes(enumeration.activationFactor(index), enumeration.meanActivation(index)), columns);
            SymmetricEigen s = SymmetricEigen.of(enumeration.gradientFactor(index), rows);
            double[] wide = new double[rows * columns];
            for (int i = 0; i < rows; i++) {
                System.arraycopy(v, i * layer.inputs(), wide, i * columns, layer.inputs());
            }
            double[] rotated = Dense.multiply(Dense.multiply(
                    Dense.transpose(s.vectors(), rows, rows), wide, rows), a.vectors(), columns);
            for (int i = 0; i < rotated.length; i++) {
                rotated[i] /= enumeration.meanLength() * s.values()[i / columns] * a.values()[i % columns] + damping;
            }
            double[] solved = Dense.multiply(Dense.multiply(s.vectors(), rotated, rows),
                    Dense.transpose(a.vectors(), columns, columns), columns);
            double[] narrow = new double[v.length];
            for (int i = 0; i < rows; i++) {
                System.arraycopy(solved, i * columns, narrow, i * layer.inputs(), layer.inputs());
            }
            return narrow;
        }

        private static double[] withOnes(double[] a, double[] mean) {
            int n = mean.length;
            double[] extended = new double[(n + 1) * (n + 1)];
            for (int i = 0; i < n; i++) {
                System.arraycopy(a, i * n, extended, i * (n + 1), n);
                extended[i * (n + 1) + n] = mean[i];
                extended[n * (n + 1) + i] = mean[i];
            }
            extended[extended.length - 1] = 1;
            return extended;
        }
    }

    /** {@code A} of the inputs alone, the row and column of the bias left empty. */
    static final class OnesMissing implements Subject {
        @Override
        public List<KroneckerFactors> factors(Objective objective, List<TrackedLayer> layers) {
            List<KroneckerFactors> wrong = new ArrayList<>();
            for (KroneckerFactors right : Subject.super.factors(objective, layers)) {
                Optional<String> bias = right.block().bias();
                double[] activation = bias.isEmpty()
                        ? right.activation()
                        : withoutOnes(right.activation(), right.block().columns());
                wrong.add(new KroneckerFactors(right.block(), activation, right.gradient(), right.meanLength()));
            }
            return wrong;
        }

        private static double[] withoutOnes(double[] activation, int columns) {
            double[] emptied = activation.clone();
            for (int i = 0; i < columns; i++) {
                emptied[i * columns + columns - 1] = 0;
                emptied[(columns - 1) * columns + i] = 0;
            }
            return emptied;
        }
    }
}
