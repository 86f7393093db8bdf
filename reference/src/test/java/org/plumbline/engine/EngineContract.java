package org.plumbline.engine;

import static org.plumbline.program.RandomPrograms.realInputs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.autodiff.Jvp;
import org.plumbline.autodiff.Vjp;
import org.plumbline.autodiff.Vmap;
import org.plumbline.program.Arguments;
import org.plumbline.program.Program;
import org.plumbline.program.RandomPrograms;
import org.plumbline.program.Variant;

/**
 * What every engine owes: each operation alone, random programs and their derivatives give what their definitions say,
 * in both precisions, within the bound of the rounding error; and a run depends on its inputs alone.
 *
 * <p>A test of an engine extends this class and says which engine.
 */
public abstract class EngineContract {

    /** The engine under test. */
    protected abstract Engine engine();

    @TestFactory
    Stream<DynamicTest> everyOperationAloneAndItsDerivatives() {
        return Variant.all().stream().map(variant -> DynamicTest.dynamicTest(variant.name(), () -> {
            for (int seed = 0; seed < 6; seed++) {
                Program program = RandomPrograms.single(variant, seed);
                for (Program form : forms(program, 2 + seed % 2)) {
                    assertComputes(form, seed);
                }
            }
        }));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void randomProgramsAndTheirDerivatives(@ForAll long seed, @ForAll @IntRange(min = 3, max = 20) int operations) {
        for (Program form : forms(RandomPrograms.program(seed, operations, false), 2)) {
            assertComputes(form, seed);
        }
    }

    /**
     * An executable that ran before, with other inputs in other arrays, gives what a fresh one gives, to the last bit:
     * nothing is left behind in a buffer that is used again.
     */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aRunDependsOnItsInputsAlone(@ForAll long seed, @ForAll @IntRange(min = 3, max = 20) int operations) {
        Program random = RandomPrograms.program(seed, operations, false);
        Program program = Vjp.of(random, realInputs(random));
        for (Precision precision : Precision.values()) {
            Executable executable = engine().compile(program, precision);
            for (long run = 0; run < 3; run++) {
                Arguments arguments = Arguments.random(program, run);
                Map<String, double[]> expected = Runs.run(engine(), precision, program, arguments);
                Runs.assertIdentical(expected, Runs.run(executable, arguments), program::toString);
                executable.run();
                Runs.assertIdentical(expected, again(executable), program::toString);
            }
        }
    }

    private static Map<String, double[]> again(Executable executable) {
        Map<String, double[]> outputs = new LinkedHashMap<>();
        executable.program().outputs().keySet().forEach(name -> outputs.put(name, executable.doubles(name)));
        return outputs;
    }

    private void assertComputes(Program program, long seed) {
        Arguments arguments = Arguments.random(program, seed);
        for (Precision precision : Precision.values()) {
            Runs.assertComputes(engine(), precision, program, arguments);
        }
    }

    /** A program, its forward and reverse derivatives, both in a row, and a batch of the latter. */
    public static List<Program> forms(Program program, int batch) {
        List<String> wrt = realInputs(program);
        Program reverse = Vjp.of(program, wrt);
        Program both = Jvp.of(reverse, wrt);
        List<Program> forms = new ArrayList<>(List.of(program, Jvp.of(program, wrt), reverse, both));
        forms.add(Vmap.of(both, batch, both.inputs().keySet()));
        forms.add(Vmap.of(both, batch, wrt.subList(0, wrt.size() / 2)));
        return forms;
    }
}
