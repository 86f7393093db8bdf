package org.plumbline.tornado;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.plumbline.engine.Engine;
import org.plumbline.engine.EngineContract;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Runs;
import org.plumbline.program.Arguments;
import org.plumbline.program.Program;
import org.plumbline.program.RandomPrograms;

/**
 * What {@link EngineContract} asks of random programs, on TornadoVM's default device: one derivative in one precision
 * a try, as each task takes some tenths of a second to compile there.
 */
class DeviceProgramsTest {

    @Property(tries = 24, seed = "22", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    @AddLifecycleHook(DeviceEngine.Required.class)
    void randomProgramsAndTheirDerivatives(@ForAll long seed, @ForAll @IntRange(min = 3, max = 12) int operations,
            @ForAll @IntRange(max = 5) int form, @ForAll Precision precision, @ForAll boolean groups) {
        Program program = EngineContract.forms(RandomPrograms.program(seed, operations, false), 2).get(form);
        Engine device = DeviceEngine.with(groups ? GroupPolicy.ALWAYS : GroupPolicy.WHERE_FASTER);
        Runs.assertComputes(device, precision, program, Arguments.random(program, seed));
    }
}
