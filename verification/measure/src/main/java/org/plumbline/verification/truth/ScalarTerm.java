package org.plumbline.verification.truth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.plumbline.autodiff.Jvp;
import org.plumbline.autodiff.Names;
import org.plumbline.autodiff.Vjp;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/** A scalar of one example as a function of a model's parameters: its value, gradient and Hessian products. */
final class ScalarTerm {
    private final BlockSpace space;
    private final String output;
    private final List<String> parameters = new ArrayList<>();
    private final Executable gradient;
    private final Executable hessianProduct;

    /**
     * @param program with one scalar output
     * @param inputs all inputs, parameters among them; bound and not copied, so that parameters may move
     */
    ScalarTerm(Program program, BlockSpace space, Map<String, Storage> inputs, Compute compute) {
        this.space = space;
        this.output = program.outputs().firstEntry().getKey();
        space.parameters().stream().filter(program.inputs()::containsKey).forEach(parameters::add);
        Program derivative = Vjp.gradient(program, parameters);
        this.gradient = compute.engine().compile(derivative, Precision.DOUBLE);
        gradient.bindPresent(inputs);
        this.hessianProduct = compute.engine().compile(secondDerivative(derivative), Precision.DOUBLE);
        hessianProduct.bindPresent(inputs);
    }

    private Program secondDerivative(Program derivative) {
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> directions = new LinkedHashMap<>();
        parameters.forEach(name -> directions.put(
                name, b.real(Names.tangent(name), derivative.input(name).shape().dimensions())));
        Map<String, Value> tangents = Jvp.inline(b, derivative, Map.of(), directions).tangents();
        SequencedMap<String, Value> results = new LinkedHashMap<>();
        for (String name : parameters) {
            String result = Names.gradient(name);
            results.put(result, tangents.getOrDefault(result, b.fill(0, derivative.input(name).shape())));
        }
        return b.build(results);
    }

    /** The value at the parameters as they are now. */
    double value() {
        gradient.run();
        return gradient.scalar(output);
    }

    /** The gradient at the parameters as they are now, flat over the space. */
    double[] gradient() {
        gradient.run();
        return flat(gradient);
    }

    /** The Hessian at the parameters as they are now, times {@code v}, flat over the space. */
    double[] hessianProduct(double[] v) {
        space.unflatten(v).forEach((name, direction) ->
                hessianProduct.bindPresent(Map.of(Names.tangent(name), Storage.of(direction))));
        hessianProduct.run();
        return flat(hessianProduct);
    }

    private double[] flat(Executable executable) {
        Map<String, double[]> values = space.unflatten(new double[space.dimension()]);
        parameters.forEach(name -> values.put(name, executable.doubles(Names.gradient(name))));
        return space.flatten(values);
    }
}
