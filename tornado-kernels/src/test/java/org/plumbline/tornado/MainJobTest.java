package org.plumbline.tornado;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
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
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;

/**
 * The programs of the main job as task graphs: on every machine in Java, under the checks of {@link CheckedRunner}, and with an
 * SDK on TornadoVM's default device, where each task of a graph takes some tenths of a second to compile.
 */
class MainJobTest {

    /** Random decoders, and those of the fixed shapes; groups only where a device would have them. */
    @TestFactory
    Stream<DynamicTest> inJava() {
        Engine loops = new TornadoEngine("recorded", new CheckedRunner.Factory(), GroupPolicy.NEVER);
        SequencedMap<String, MainJob> jobs = random(8);
        jobs.putAll(fixed());
        return tests(loops, jobs);
    }

    /** The simulator takes milliseconds a group: two of the programs, at the sizes that need fewest. */
    @TestFactory
    Stream<DynamicTest> inJavaInGroups() {
        Engine groups = new TornadoEngine("recorded", new CheckedRunner.Factory(), GroupPolicy.ALWAYS);
        MainJob job = fixed().get("ones");
        return Stream.of("gradient", "scan").map(stage -> DynamicTest.dynamicTest(
                stage, () -> job.assertSameNumbers(groups, job.stages().get(stage), Precision.DOUBLE)));
    }

    @TestFactory
    Stream<DynamicTest> onTheDevice() {
        return DeviceEngine.tests(GroupPolicy.WHERE_FASTER, device -> tests(device, fixed()));
    }

    /** A stage on the device of a random decoder, with groups where they are faster or everywhere. */
    @Property(tries = 10, seed = "22", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    @AddLifecycleHook(DeviceEngine.Required.class)
    void randomDecodersOnTheDevice(@ForAll("decoders") MainJob job, @ForAll @IntRange(max = 7) int stage,
            @ForAll Precision precision, @ForAll boolean groups) {
        Engine device = DeviceEngine.with(groups ? GroupPolicy.ALWAYS : GroupPolicy.WHERE_FASTER);
        job.assertSameNumbers(device, List.copyOf(job.stages().values()).get(stage), precision);
    }

    /** Small ones of every architecture, and such whose sizes lie on both sides of a tile's and of a group's row, or are 1. */
    @Provide
    Arbitrary<MainJob> decoders() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(MainJob::random).filter(MainJob::hasLayers),
                Combinators.combine(upTo(140), upTo(17), upTo(3), upTo(24), upTo(2), upTo(70)).as(
                        (vocabulary, positions, heads, size, blocks, inner) -> job(
                                new Gpt2Config(vocabulary + 1, positions, heads * size, blocks, heads, inner, false, 1e-3),
                                positions)));
    }

    private static Arbitrary<Integer> upTo(int most) {
        return Arbitraries.integers().between(1, most);
    }

    /**
     * Everything that can be 1, and a model whose vocabulary exceeds a group's row, whose width and inner width exceed a
     * tile, and where no length is a multiple of either.
     */
    private static SequencedMap<String, MainJob> fixed() {
        SequencedMap<String, MainJob> jobs = new LinkedHashMap<>();
        jobs.put("ones", job(new Gpt2Config(2, 1, 1, 1, 1, 1, false, 1e-2), 1));
        jobs.put("no multiples", job(new Gpt2Config(131, 9, 66, 1, 3, 67, false, 1e-5), 9));
        return jobs;
    }

    private static MainJob job(Gpt2Config config, int positions) {
        Gpt2 model = new Gpt2(config);
        SplittableRandom random = new SplittableRandom(1);
        List<Example> examples = Stream.generate(() -> Example.ofTokens(
                random.ints(positions + 1, 0, model.vocabulary()).toArray())).limit(3).toList();
        return new MainJob(model, model.initialise(random), examples);
    }

    /** The first seeds whose decoders have layers to fit factors to. */
    private static SequencedMap<String, MainJob> random(int count) {
        SequencedMap<String, MainJob> jobs = new LinkedHashMap<>();
        LongStream.iterate(0, seed -> seed + 1).filter(seed -> MainJob.random(seed).hasLayers()).limit(count)
                .forEach(seed -> jobs.put("seed " + seed, MainJob.random(seed)));
        return jobs;
    }

    private static Stream<DynamicTest> tests(Engine engine, SequencedMap<String, MainJob> jobs) {
        return jobs.entrySet().stream().flatMap(job -> job.getValue().stages().entrySet().stream().flatMap(stage ->
                Stream.of(Precision.values()).map(precision -> DynamicTest.dynamicTest(
                        job.getKey() + ", " + stage.getKey() + ", " + precision,
                        () -> job.getValue().assertSameNumbers(engine, stage.getValue(), precision)))));
    }
}
