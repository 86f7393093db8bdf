package org.plumbline.verification.laws;

import static org.plumbline.verification.laws.Dense.assertWithin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.autodiff.Jvp;
import org.plumbline.autodiff.Vjp;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/** Derivatives of models, in all of their parameters. */
class DifferentiationLawsTest {

    @Property(tries = 30)
    @Tag("law-1")
    void hessianIsSymmetric(
            @ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        BlockSpace all = BlockSpace.ofAll(setting.model());
        ExactCurvature hessian = ExactCurvature.hessian(setting.objective(), all, Setting.COMPUTE);
        double[] u = setting.vector("u", all.dimension());
        double[] v = setting.vector("v", all.dimension());
        double[] hu = hessian.apply(u);
        double[] hv = hessian.apply(v);
        assertWithin("uᵀHv", Vectors.dot(v, hu), Vectors.dot(u, hv),
                Rounding.SAME * (Vectors.norm(u) * Vectors.norm(hv) + Vectors.norm(v) * Vectors.norm(hu)));
    }

    @Property(tries = 30)
    @Tag("law-1")
    void hessianProductIsLinear(
            @ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        BlockSpace all = BlockSpace.ofAll(setting.model());
        ExactCurvature hessian = ExactCurvature.hessian(setting.objective(), all, Setting.COMPUTE);
        double[] u = setting.vector("u", all.dimension());
        double[] v = setting.vector("v", all.dimension());
        double[] hu = hessian.apply(u);
        double[] hv = hessian.apply(v);
        assertWithin("H(2u − 3v)", Dense.plus(Dense.times(2, hu), -3, hv),
                hessian.apply(Dense.plus(Dense.times(2, u), -3, v)),
                Rounding.SAME * (2 * Vectors.norm(hu) + 3 * Vectors.norm(hv)));
    }

    /** {@code ⟨Jv, u⟩ = ⟨v, Jᵀu⟩} for the program of the outputs and for that of the loss's gradient. */
    @Property(tries = 30)
    @Tag("law-1")
    void forwardAndReverseModeAreAdjoint(
            @ForAll(supplier = Models.OfEveryArchitecture.class) Setting setting) {
        Example example = setting.examples().getFirst();
        List<String> parameters = new ArrayList<>(setting.model().space().shapes().keySet());
        Program outputs = setting.model().outputs(example.length());
        Program gradient = Vjp.gradient(setting.model().loss(example.length()), parameters);
        for (Program program : List.of(outputs, gradient)) {
            assertAdjoint(setting, example, program, parameters);
        }
    }

    private static void assertAdjoint(Setting setting, Example example, Program program, List<String> parameters) {
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> v = new LinkedHashMap<>();
        Map<String, Value> u = new LinkedHashMap<>();
        parameters.forEach(name -> v.put(name, b.real("v." + name, program.input(name).shape().dimensions())));
        program.outputs().forEach((name, y) -> u.put(name, b.real("u." + name, y.shape().dimensions())));
        Map<String, Value> jv = Jvp.inline(b, program, Map.of(), v).tangents();
        Map<String, Value> jtu = Vjp.inline(b, program, Map.of(), new LinkedHashSet<>(parameters), u).gradients();
        SequencedMap<String, Value> named = new LinkedHashMap<>();
        named.put("forward", dot(b, jv, u));
        named.put("reverse", dot(b, jtu, v));
        named.put("size", b.add(dot(b, jv, jv), dot(b, jtu, jtu)));
        Executable run = Setting.COMPUTE.engine().compile(b.build(named), Precision.DOUBLE);
        run.bindPresent(setting.objective().parameters().storages());
        run.bindPresent(example.storages(Precision.DOUBLE));
        double squares = 0;
        for (Map.Entry<String, Value> input : run.program().inputs().entrySet()) {
            if (input.getKey().startsWith("u.") || input.getKey().startsWith("v.")) {
                double[] direction = setting.vector(input.getKey(), input.getValue().shape().size());
                squares += Vectors.dot(direction, direction);
                run.bind(input.getKey(), Storage.of(direction));
            }
        }
        run.run();
        assertWithin("⟨Jv, u⟩ and ⟨v, Jᵀu⟩", run.scalar("reverse"), run.scalar("forward"),
                Rounding.SAME * Math.sqrt(squares * run.scalar("size")));
    }

    /** {@code Σ ⟨x, y⟩} over the names that both have. */
    private static Value dot(ProgramBuilder b, Map<String, Value> x, Map<String, Value> y) {
        Value total = b.fill(0, Shape.scalar());
        for (String name : x.keySet()) {
            if (y.containsKey(name)) {
                total = b.add(total, b.sumAll(b.multiply(x.get(name), y.get(name))));
            }
        }
        return total;
    }
}
