package org.plumbline.verification.laws;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.program.Shape;

/** A direction in the space of a model's parameters, built matrix by matrix; zero where nothing was added. */
final class Direction {
    private final Parameters parameters;
    private final Map<String, double[]> values = new LinkedHashMap<>();

    Direction(Parameters parameters) {
        this.parameters = parameters;
        parameters.space().shapes().forEach((name, shape) -> values.put(name, new double[shape.size()]));
    }

    /** The values along one parameter, to be changed. */
    double[] of(String parameter) {
        return values.get(parameter);
    }

    /** Flat, over all parameters of the model. */
    double[] flat(Model model) {
        return BlockSpace.ofAll(model).flatten(values);
    }

    /** Rows from {@code row} on of a layer's {@code W̄}, biases included: {@code + factor · M W̄_rows}. */
    void addRows(String layer, int row, double factor, double[] m, int size) {
        for (String name : new String[] {layer + ".weight", layer + ".bias"}) {
            Optional<Shape> shape = Optional.ofNullable(parameters.space().shapes().get(name));
            shape.ifPresent(found -> {
                int columns = found.rank() == 1 ? 1 : found.dimension(1);
                double[] source = parameters.doubles(name);
                double[] target = values.get(name);
                for (int i = 0; i < size; i++) {
                    for (int j = 0; j < size; j++) {
                        for (int c = 0; c < columns; c++) {
                            target[(row + i) * columns + c] +=
                                    factor * m[i * size + j] * source[(row + j) * columns + c];
                        }
                    }
                }
            });
        }
    }

    /** Columns from {@code column} on of a layer's {@code W}: {@code + factor · W_columns M}. */
    void addColumns(String layer, int column, double factor, double[] m, int size) {
        String name = layer + ".weight";
        Shape shape = parameters.space().shape(name);
        double[] source = parameters.doubles(name);
        double[] target = values.get(name);
        for (int row = 0; row < shape.dimension(0); row++) {
            int from = row * shape.dimension(1) + column;
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    target[from + j] += factor * source[from + i] * m[i * size + j];
                }
            }
        }
    }

    /** A whole layer, bias included: {@code + 1 uᵀ}, every row alike. */
    void addEqualRows(String layer, double[] u) {
        Shape shape = parameters.space().shape(layer + ".weight");
        int columns = shape.dimension(1);
        for (int row = 0; row < shape.dimension(0); row++) {
            for (int c = 0; c < columns; c++) {
                values.get(layer + ".weight")[row * columns + c] += u[c];
            }
            if (values.containsKey(layer + ".bias")) {
                values.get(layer + ".bias")[row] += u[columns];
            }
        }
    }

    /** A table of vectors: {@code + u 1ᵀ}, every column alike. */
    void addEqualColumns(String table, double[] u) {
        int columns = parameters.space().shape(table).dimension(1);
        double[] target = values.get(table);
        for (int i = 0; i < target.length; i++) {
            target[i] += u[i / columns];
        }
    }
}
