package org.plumbline.autodiff;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.plumbline.program.Constant;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/** Programs made of others, in which the laws of differentiation are stated. */
final class Derived {
    private Derived() {}

    /**
     * One scalar, {@code f = Σ w (y + ½y²)} over all outputs with random weights: curved even where they are linear.
     */
    static Program loss(Program program, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ProgramBuilder b = new ProgramBuilder();
        Value total = b.fill(0, Shape.scalar());
        for (Value y : b.inline(program, Map.of()).values()) {
            double[] weights = random.doubles(y.shape().size(), -1, 1).map(w -> (float) w).toArray();
            Value w = b.literal(Constant.of(weights), y.shape().dimensions());
            Value curved = b.multiply(y, b.affine(y, 0.5, 1));
            total = b.add(total, b.sumAll(b.multiply(w, curved)));
        }
        return b.build("f", total);
    }

    /** Inputs of the builder, {@code prefix.name} for each input named that the program has. */
    static Map<String, Value> like(ProgramBuilder b, String prefix, Program program, Collection<String> names) {
        Map<String, Value> values = new LinkedHashMap<>();
        program.inputs().forEach((name, input) -> {
            if (names.contains(name)) {
                values.put(name, b.input(prefix + "." + name, input.type(), input.shape()));
            }
        });
        return values;
    }

    /** {@code Σ ⟨x, y⟩} over the names that both have. */
    static Value dot(ProgramBuilder b, Map<String, Value> x, Map<String, Value> y) {
        Value total = b.fill(0, Shape.scalar());
        for (String name : x.keySet()) {
            if (y.containsKey(name)) {
                total = b.add(total, b.sumAll(b.multiply(x.get(name), y.get(name))));
            }
        }
        return total;
    }

    /** {@code f ↦ ⟨∇f, u⟩} by forward mode, for the scalar output {@code f} and directions {@code u.x}. */
    static Program forward(Program program, Collection<String> wrt) {
        ProgramBuilder b = new ProgramBuilder();
        Jvp.Dual dual = Jvp.inline(b, program, Map.of(), like(b, "u", program, wrt));
        return b.build("f", dual.tangents().getOrDefault("f", b.fill(0, Shape.scalar())));
    }

    /** {@code f ↦ ⟨∇f, u⟩} by reverse mode. */
    static Program reverse(Program program, Collection<String> wrt) {
        ProgramBuilder b = new ProgramBuilder();
        Vjp.Pullback pullback = Vjp.inline(
                b, program, Map.of(), new LinkedHashSet<>(wrt), Map.of("f", b.fill(1, Shape.scalar())));
        return b.build("f", dot(b, like(b, "u", program, wrt), pullback.gradients()));
    }

    /** Outputs {@code vJu = ⟨v, J u⟩} by forward mode and {@code uJv = ⟨u, Jᵀ v⟩} by reverse mode. */
    static Program adjoints(Program program, List<String> wrt) {
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> u = like(b, "u", program, wrt);
        Map<String, Value> v = new LinkedHashMap<>();
        program.outputs().forEach((name, y) -> v.put(name, b.input("v." + name, y.type(), y.shape())));
        Jvp.Dual dual = Jvp.inline(b, program, Map.of(), u);
        Vjp.Pullback pullback = Vjp.inline(b, program, Map.of(), new LinkedHashSet<>(wrt), v);
        SequencedMap<String, Value> outputs = new LinkedHashMap<>();
        outputs.put("vJu", dot(b, v, dual.tangents()));
        outputs.put("uJv", dot(b, u, pullback.gradients()));
        return b.build(outputs);
    }

    /** Outputs {@code uHv} and {@code vHu} for the Hessian of the scalar output {@code f}. */
    static Program hessianForms(Program program, List<String> wrt) {
        Program gradient = Vjp.gradient(program, wrt);
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> u = like(b, "u", program, wrt);
        Map<String, Value> v = like(b, "v", program, wrt);
        SequencedMap<String, Value> outputs = new LinkedHashMap<>();
        outputs.put("uHv", dot(b, gradients(u), Jvp.inline(b, gradient, Map.of(), v).tangents()));
        outputs.put("vHu", dot(b, gradients(v), Jvp.inline(b, gradient, Map.of(), u).tangents()));
        return b.build(outputs);
    }

    private static Map<String, Value> gradients(Map<String, Value> values) {
        Map<String, Value> named = new LinkedHashMap<>();
        values.forEach((name, value) -> named.put(Names.gradient(name), value));
        return named;
    }
}
