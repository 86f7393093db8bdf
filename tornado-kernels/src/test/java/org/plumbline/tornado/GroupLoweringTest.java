package org.plumbline.tornado;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Runs;
import org.plumbline.program.Arguments;

/** The lowering of the operations that work in groups, run on the simulator, against the operations' definitions. */
class GroupLoweringTest {
    private static final Engine GROUPS = TestDevice.engine(new CheckedRunner.Factory(), GroupPolicy.ALWAYS);

    @TestFactory
    Stream<DynamicTest> everyOperationThatWorksInGroups() {
        return GroupPrograms.all().map(named -> DynamicTest.dynamicTest(named.name(), () -> {
            for (long seed = 0; seed < 2; seed++) {
                var program = named.draw(new SplittableRandom(seed));
                for (Precision precision : Precision.values()) {
                    Runs.assertComputes(GROUPS, precision, program, Arguments.random(program, seed));
                }
            }
        }));
    }
}
