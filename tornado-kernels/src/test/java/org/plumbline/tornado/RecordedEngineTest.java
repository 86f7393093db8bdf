package org.plumbline.tornado;

import static org.plumbline.program.RandomPrograms.realInputs;

import java.util.List;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.plumbline.autodiff.Vjp;
import org.plumbline.engine.Engine;
import org.plumbline.engine.EngineContract;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Runs;
import org.plumbline.program.Arguments;
import org.plumbline.program.Program;
import org.plumbline.program.RandomPrograms;

/** The lowering, with plain loops alone, run in Java under the checks of {@link CheckedRunner}. */
class RecordedEngineTest extends EngineContract {
    private static final Engine RECORDED =
            TestDevice.engine(new CheckedRunner.Factory(), GroupPolicy.NEVER);

    /** So small that most graphs fall in parts of a task or two. */
    private static final Engine IN_PARTS = TestDevice.engine(new CheckedRunner.Factory(90), GroupPolicy.NEVER);

    @Override
    protected Engine engine() {
        return RECORDED;
    }

    /** The tasks are the scalar engine's kernels, so the numbers are its numbers. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void sameBitsAsTheScalarEngine(@ForAll long seed, @ForAll @IntRange(min = 3, max = 20) int operations) {
        Program random = RandomPrograms.program(seed, operations, false);
        Program program = Vjp.of(random, realInputs(random));
        Arguments arguments = Arguments.random(program, seed);
        for (Precision precision : Precision.values()) {
            Map<String, double[]> expected = Runs.run(LoweredEngine.scalar(), precision, program, arguments);
            for (Engine engine : List.of(RECORDED, IN_PARTS)) {
                Runs.assertIdentical(expected, Runs.run(engine, precision, program, arguments), program::toString);
            }
        }
    }
}
