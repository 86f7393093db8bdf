package org.plumbline.tornado;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Precision;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;

/**
 * The programs of the main job as task graphs, in Java on every machine and under the checks of {@link CheckedRunner}.
 */
class MainJobTest {

    /** Random decoders, and those of the fixed shapes; groups only where a device would have them. */
    @TestFactory
    Stream<DynamicTest> inJava() {
        Engine loops = TestDevice.engine(new CheckedRunner.Factory(), GroupPolicy.NEVER);
        SequencedMap<String, MainJob> jobs = random(8);
        jobs.putAll(fixed());
        return tests(loops, jobs);
    }

    /** The simulator takes milliseconds a group: two of the programs, at the sizes that need fewest. */
    @TestFactory
    Stream<DynamicTest> inJavaInGroups() {
        Engine groups = TestDevice.engine(new CheckedRunner.Factory(), GroupPolicy.ALWAYS);
        MainJob job = fixed().get("ones");
        return Stream.of("gradient", "scan").map(stage -> DynamicTest.dynamicTest(
                stage, () -> job.assertSameNumbers(groups, job.stages().get(stage), Precision.DOUBLE)));
    }

    /**
     * Everything that can be 1, and a model whose vocabulary exceeds a group's row, whose width and inner width exceed
     * a tile, and where no length is a multiple of either.
     */
    static SequencedMap<String, MainJob> fixed() {
        SequencedMap<String, MainJob> jobs = new LinkedHashMap<>();
        jobs.put("ones", job(new Gpt2Config(2, 1, 1, 1, 1, 1, false, 1e-2), 1));
        jobs.put("no multiples", job(new Gpt2Config(131, 9, 66, 1, 3, 67, false, 1e-5), 9));
        return jobs;
    }

    static MainJob job(Gpt2Config config, int positions) {
        Gpt2 model = new Gpt2(config);
        SplittableRandom random = new SplittableRandom(1);
        List<Example> examples = Stream.generate(() -> Example.ofTokens(
                random.ints(positions + 1, 0, model.vocabulary()).toArray())).limit(3).toList();
        return new MainJob(model, model.initialize(random), examples);
    }

    /** The first seeds whose decoders have layers to fit factors to. */
    private static SequencedMap<String, MainJob> random(int count) {
        SequencedMap<String, MainJob> jobs = new LinkedHashMap<>();
        LongStream.iterate(0, seed -> seed + 1).filter(seed -> MainJob.random(seed).hasLayers()).limit(count)
                .forEach(seed -> jobs.put("seed " + seed, MainJob.random(seed)));
        return jobs;
    }

    static Stream<DynamicTest> tests(Engine engine, SequencedMap<String, MainJob> jobs) {
        return jobs.entrySet().stream().flatMap(job -> job.getValue().stages().entrySet().stream().flatMap(stage ->
                Stream.of(Precision.values()).map(precision -> DynamicTest.dynamicTest(
                        job.getKey() + ", " + stage.getKey() + ", " + precision,
                        () -> job.getValue().assertSameNumbers(engine, stage.getValue(), precision)))));
    }
}
