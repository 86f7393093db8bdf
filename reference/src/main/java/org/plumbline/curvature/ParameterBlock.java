package org.plumbline.curvature;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.plumbline.model.ParameterSpace;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * Parameters that belong together in a curvature: a matrix {@code [rows, columns]}, flattened row by row.
 *
 * <p>A layer's block is {@code W̄ = [W b]}; any other parameter is a block of its own, its last axis the columns.
 *
 * @param name the layer's or the parameter's name
 * @param weight the parameter that fills the columns, all but the last if there is a bias
 * @param shape of that parameter
 * @param bias the parameter that fills the last column, if there is one
 */
public record ParameterBlock(String name, String weight, Shape shape, Optional<String> bias) {

    /** The block of a linear layer. */
    public static ParameterBlock of(TrackedLayer layer) {
        return new ParameterBlock(
                layer.name(), layer.weight(), Shape.of(layer.outputs(), layer.inputs()), layer.bias());
    }

    /** A parameter as a block of its own. */
    public static ParameterBlock of(ParameterSpace space, String parameter) {
        return new ParameterBlock(parameter, parameter, space.shape(parameter), Optional.empty());
    }

    public int rows() {
        return shape.rank() == 0 ? 1 : shape.size() / shape.dimension(-1);
    }

    public int columns() {
        return shape.size() / rows() + (bias.isPresent() ? 1 : 0);
    }

    public int size() {
        return rows() * columns();
    }

    /** The parameters of this block from its matrix {@code [rows, columns]}, by name. */
    Map<String, Value> split(ProgramBuilder b, Value matrix) {
        Map<String, Value> parts = new LinkedHashMap<>();
        int inputs = shape.size() / rows();
        parts.put(weight, b.reshape(b.slice(matrix, 1, 0, inputs), shape));
        bias.ifPresent(name -> parts.put(name, b.reshape(b.slice(matrix, 1, inputs, 1), rows())));
        return parts;
    }

    /** The matrix {@code [rows, columns]} of this block from values of its parameters; one that is missing is zero. */
    Value join(ProgramBuilder b, Map<String, Value> parts) {
        int inputs = shape.size() / rows();
        Value left = b.reshape(parts.getOrDefault(weight, b.fill(0, shape)), rows(), inputs);
        return bias.map(name -> b.concatenate(
                        left, b.reshape(parts.getOrDefault(name, b.fill(0, Shape.of(rows()))), rows(), 1), 1))
                .orElse(left);
    }
}
