package org.plumbline.tornado;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Precision;
import org.plumbline.model.Gpt2Config;

/**
 * The programs of the main job on TornadoVM's default device, where each task of a graph takes some tenths of a second
 * to compile. Apart from {@link MainJobTest}: a JVM that has loaded the simulator no longer compiles kernels in groups.
 */
class DeviceMainJobTest {

    @TestFactory
    Stream<DynamicTest> onTheDevice() {
        return DeviceEngine.tests(GroupPolicy.WHERE_FASTER, device -> MainJobTest.tests(device, MainJobTest.fixed()));
    }

    /** A stage on the device of a random decoder, with groups where they are faster or everywhere. */
    @Property(tries = 10, seed = "22", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    @AddLifecycleHook(DeviceEngine.Required.class)
    void randomDecodersOnTheDevice(@ForAll("decoders") MainJob job, @ForAll @IntRange(max = 7) int stage,
            @ForAll Precision precision, @ForAll boolean groups) {
        Engine device = DeviceEngine.with(groups ? GroupPolicy.ALWAYS : GroupPolicy.WHERE_FASTER);
        job.assertSameNumbers(device, List.copyOf(job.stages().values()).get(stage), precision);
    }

    /**
     * Small ones of every architecture, and such whose sizes lie on both sides of a tile's and of a
     * group's row, or are 1.
     */
    @Provide
    Arbitrary<MainJob> decoders() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(MainJob::random).filter(MainJob::hasLayers),
                Combinators.combine(upTo(140), upTo(17), upTo(3), upTo(24), upTo(2), upTo(70)).as(
                        (vocabulary, positions, heads, size, blocks, inner) -> MainJobTest.job(
                                new Gpt2Config(
                                        vocabulary + 1, positions, heads * size, blocks, heads, inner, false, 1e-3),
                                positions)));
    }

    private static Arbitrary<Integer> upTo(int most) {
        return Arbitraries.integers().between(1, most);
    }
}
