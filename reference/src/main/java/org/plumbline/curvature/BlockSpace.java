package org.plumbline.curvature;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.plumbline.model.Model;
import org.plumbline.model.ModelException;
import org.plumbline.model.ParameterSpace;
import org.plumbline.model.TrackedLayer;
import org.plumbline.program.ElementType;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * The space a curvature acts on: named blocks of parameters, one after the other in a flat vector.
 *
 * <p>Blocks stand in the order of the forward pass.
 */
public final class BlockSpace {
    private final List<ParameterBlock> blocks;
    private final int[] offsets;

    /**
     * @throws ModelException if there are no blocks, a parameter is in two of them, or the dimension
     *     exceeds an {@code int}
     */
    public BlockSpace(List<ParameterBlock> blocks) {
        this.blocks = List.copyOf(blocks);
        this.offsets = new int[blocks.size() + 1];
        Set<String> seen = new LinkedHashSet<>();
        long total = 0;
        for (int i = 0; i < blocks.size(); i++) {
            ParameterBlock block = blocks.get(i);
            if (!seen.add(block.weight()) || block.bias().isPresent() && !seen.add(block.bias().get())) {
                throw new ModelException("block '" + block.name() + "' has a parameter of an earlier block");
            }
            total += block.size();
            if (total > Integer.MAX_VALUE) {
                throw new ModelException("a space of blocks has at most 2^31 - 1 parameters");
            }
            offsets[i + 1] = (int) total;
        }
        if (blocks.isEmpty()) {
            throw new ModelException("a space needs at least one block");
        }
    }

    /** One block for each layer. */
    public static BlockSpace ofLayers(List<TrackedLayer> layers) {
        return new BlockSpace(layers.stream().map(ParameterBlock::of).toList());
    }

    /** All parameters of a model: one block for each layer, and one for each parameter that belongs to none. */
    public static BlockSpace ofAll(Model model) {
        Map<String, ParameterBlock> ofWeight = new LinkedHashMap<>();
        Set<String> biases = new LinkedHashSet<>();
        for (TrackedLayer layer : model.layers()) {
            ofWeight.put(layer.weight(), ParameterBlock.of(layer));
            layer.bias().ifPresent(biases::add);
        }
        ParameterSpace parameters = model.space();
        List<ParameterBlock> blocks = new ArrayList<>();
        for (String name : parameters.shapes().keySet()) {
            if (!biases.contains(name)) {
                blocks.add(ofWeight.getOrDefault(name, ParameterBlock.of(parameters, name)));
            }
        }
        return new BlockSpace(blocks);
    }

    public List<ParameterBlock> blocks() {
        return blocks;
    }

    /** Number of parameters in all blocks. */
    public int dimension() {
        return offsets[blocks.size()];
    }

    /** Where block {@code i} begins in a flat vector; for {@code i} = number of blocks, its end. */
    public int offset(int i) {
        return offsets[i];
    }

    /**
     * @throws SolveException if the vector has another length than the space, or an element that is not finite
     */
    public void requireVector(double[] v) {
        if (v.length != dimension()) {
            throw new SolveException(
                    "found a vector of " + v.length + " elements, expected " + dimension() + " parameters");
        }
        for (int i = 0; i < v.length; i++) {
            if (!Double.isFinite(v[i])) {
                throw new SolveException(
                        "found " + v[i] + " at element " + i + " of a vector, expected finite numbers");
            }
        }
    }

    /** Names of all parameters in the blocks. */
    public Set<String> parameters() {
        Set<String> names = new LinkedHashSet<>();
        for (ParameterBlock block : blocks) {
            names.add(block.weight());
            block.bias().ifPresent(names::add);
        }
        return names;
    }

    /** A flat vector from the values of parameters by name. */
    public double[] flatten(Map<String, double[]> values) {
        double[] flat = new double[dimension()];
        for (int i = 0; i < blocks.size(); i++) {
            ParameterBlock block = blocks.get(i);
            double[] weight = values.get(block.weight());
            int columns = block.columns();
            int inputs = weight.length / block.rows();
            for (int row = 0; row < block.rows(); row++) {
                System.arraycopy(weight, row * inputs, flat, offsets[i] + row * columns, inputs);
                if (block.bias().isPresent()) {
                    flat[offsets[i] + row * columns + inputs] = values.get(block.bias().get())[row];
                }
            }
        }
        return flat;
    }

    /** The values of parameters by name from a flat vector: the inverse of {@link #flatten}. */
    public Map<String, double[]> unflatten(double[] flat) {
        Map<String, double[]> values = new LinkedHashMap<>();
        for (int i = 0; i < blocks.size(); i++) {
            ParameterBlock block = blocks.get(i);
            double[] weight = new double[block.shape().size()];
            double[] bias = new double[block.rows()];
            int columns = block.columns();
            int inputs = weight.length / block.rows();
            for (int row = 0; row < block.rows(); row++) {
                System.arraycopy(flat, offsets[i] + row * columns, weight, row * inputs, inputs);
                bias[row] = flat[offsets[i] + (row + 1) * columns - 1];
            }
            values.put(block.weight(), weight);
            block.bias().ifPresent(name -> values.put(name, bias));
        }
        return values;
    }

    /** Program input with a direction in block {@code block}, {@code [rows, columns]}. */
    static String direction(ParameterBlock block) {
        return "direction." + block.name();
    }

    /** Program output with a result in block {@code block}, {@code [rows, columns]}. */
    static String result(ParameterBlock block) {
        return "result." + block.name();
    }

    /** The direction inputs of all blocks as tangents of parameters, by name. */
    Map<String, Value> directions(ProgramBuilder b) {
        Map<String, Value> tangents = new LinkedHashMap<>();
        for (ParameterBlock block : blocks) {
            Value matrix = b.input(direction(block), ElementType.REAL, Shape.of(block.rows(), block.columns()));
            tangents.putAll(block.split(b, matrix));
        }
        return tangents;
    }

    /** The result outputs of all blocks from values of parameters by name. */
    Map<String, Value> results(ProgramBuilder b, Map<String, Value> values) {
        Map<String, Value> results = new LinkedHashMap<>();
        for (ParameterBlock block : blocks) {
            results.put(result(block), block.join(b, values));
        }
        return results;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockSpace space && blocks.equals(space.blocks);
    }

    @Override
    public int hashCode() {
        return blocks.hashCode();
    }
}
