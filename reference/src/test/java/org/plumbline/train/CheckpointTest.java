package org.plumbline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.plumbline.engine.Precision;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;

class CheckpointTest {
    private static final int STEPS = 12;

    @TempDir
    Path folder;

    /** Cut anywhere, between epochs or inside one, and read by a trainer made anew. */
    @Property(tries = 20)
    void aResumedTrainingEqualsAnUninterruptedOneBitForBit(
            @ForAll @IntRange(max = STEPS) int cut, @ForAll @IntRange(min = 2, max = 9) int count,
            @ForAll @IntRange(min = 1, max = 4) int batch, @ForAll boolean adaptive, @ForAll Precision precision,
            @ForAll @IntRange(max = 1_000_000) int seed) throws IOException {
        Model model = Trainings.transformer();
        List<Example> examples = Trainings.sequences(count, seed);
        Optimizer optimizer = adaptive ? AdamW.withDecay(0.1) : new Sgd(0.9);
        TrainingConfig config = Trainings.config(optimizer, STEPS, batch, 2, precision, seed);
        Parameters initial = Trainings.initial(model, seed);
        TrainingState uninterrupted = Trainings.trained(Trainings.trainer(model, examples, config), initial);

        Path file = Files.createTempFile("plumbline", ".safetensors");
        try {
            Trainer before = Trainings.trainer(model, examples, config);
            TrainingState first = before.begin(initial);
            before.run(first, cut, TrainingListener.NONE);
            Checkpoint.write(file, before, first);

            Trainer after = Trainings.trainer(model, examples, config);
            TrainingState second = Checkpoint.read(file, after);
            Trainings.assertSame(first, second);
            after.run(second, STEPS, TrainingListener.NONE);
            Trainings.assertSame(uninterrupted, second);
        } finally {
            Files.delete(file);
        }
    }

    private static TrainingConfig base() {
        return Trainings.config(AdamW.withDecay(0.1), STEPS, 2, 2, Precision.DOUBLE, 1);
    }

    private Path written() {
        Model model = Trainings.transformer();
        Trainer trainer = Trainings.trainer(model, Trainings.sequences(4, 1), base());
        TrainingState state = trainer.begin(Trainings.initial(model, 1));
        trainer.run(state, 3, TrainingListener.NONE);
        Path file = folder.resolve("run.safetensors");
        Checkpoint.write(file, trainer, state);
        return file;
    }

    static Stream<Arguments> otherRuns() {
        TrainingConfig c = base();
        Model model = Trainings.transformer();
        List<Example> examples = Trainings.sequences(4, 1);
        List<Example> reordered = Stream.concat(
                examples.stream().skip(1), Stream.of(examples.getFirst())).toList();
        return Stream.of(
                // One head instead of two: the same parameters, another function of them.
                Arguments.of("model", new Gpt2(new Gpt2Config(7, 6, 8, 1, 1, 12, true, 1e-5)), examples, c),
                Arguments.of("examples", model, reordered, c),
                Arguments.of("precision", model, examples,
                        Trainings.config(c.optimizer(), STEPS, 2, 2, Precision.SINGLE, 1)),
                Arguments.of("optimizer", model, examples,
                        Trainings.config(AdamW.withDecay(0.2), STEPS, 2, 2, c.precision(), 1)),
                Arguments.of("batch size", model, examples,
                        Trainings.config(c.optimizer(), STEPS, 3, 2, c.precision(), 1)),
                Arguments.of("micro-batch size", model, examples,
                        Trainings.config(c.optimizer(), STEPS, 2, 1, c.precision(), 1)),
                Arguments.of("seed", model, examples,
                        Trainings.config(c.optimizer(), STEPS, 2, 2, c.precision(), 2)),
                Arguments.of("schedule", model, examples, new TrainingConfig(
                        c.optimizer(), new Schedule.Constant(0.02), STEPS, 2, 2, 1.0, c.precision(), 1)),
                Arguments.of("clipping norm", model, examples, new TrainingConfig(
                        c.optimizer(), c.schedule(), STEPS, 2, 2, 2.0, c.precision(), 1)));
    }

    @ParameterizedTest
    @MethodSource("otherRuns")
    void aCheckpointOfAnotherRunIsRefused(
            String differing, Model model, List<Example> examples, TrainingConfig config) {
        Path file = written();
        Trainer other = Trainings.trainer(model, examples, config);
        CheckpointMismatchException thrown =
                assertThrows(CheckpointMismatchException.class, () -> Checkpoint.read(file, other));
        assertTrue(thrown.differing().contains(differing), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(differing), thrown.getMessage());
        if (!differing.equals("precision")) {
            assertEquals(List.of(differing), thrown.differing());
        }
    }

    @Test
    void aRunMayBeExtendedButNotShortened() {
        Path file = written();
        Model model = Trainings.transformer();
        List<Example> examples = Trainings.sequences(4, 1);
        Optimizer optimizer = base().optimizer();
        Trainer longer = Trainings.trainer(
                model, examples, Trainings.config(optimizer, STEPS + 5, 2, 2, Precision.DOUBLE, 1));
        assertEquals(3, Checkpoint.read(file, longer).step());
        Trainer shorter = Trainings.trainer(model, examples, Trainings.config(optimizer, 2, 2, 2, Precision.DOUBLE, 1));
        assertThrows(InputException.class, () -> Checkpoint.read(file, shorter));
    }

    @Test
    void filesThatAreNoWholeCheckpointAreRefused() throws IOException {
        Path file = written();
        Trainer trainer = Trainings.trainer(Trainings.transformer(), Trainings.sequences(4, 1), base());

        Path truncated = folder.resolve("truncated.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(truncated, Arrays.copyOf(bytes, bytes.length - 1));
        assertThrows(MalformedFileException.class, () -> Checkpoint.read(truncated, trainer));

        Path foreign = folder.resolve("foreign.safetensors");
        new SafetensorsWriter().add("x", new double[1], 1).write(foreign);
        assertThrows(MalformedFileException.class, () -> Checkpoint.read(foreign, trainer));

        assertThrows(InputException.class, () -> Checkpoint.read(folder.resolve("absent"), trainer));
        assertThrows(MalformedFileException.class, () -> Checkpoint.read(changed(file, "step", "soon", 0), trainer));
        assertThrows(MalformedFileException.class, () -> Checkpoint.read(changed(file, "step", "-1", 0), trainer));
        MalformedFileException notFinite = assertThrows(
                MalformedFileException.class, () -> Checkpoint.read(changed(file, "step", "3", Double.NaN), trainer));
        assertTrue(notFinite.getMessage().contains("element 0 is NaN"), notFinite.getMessage());
    }

    /** A copy of a checkpoint with one entry of its metadata replaced and a number added to each first element. */
    private Path changed(Path file, String key, String value, double added) {
        Path copy = folder.resolve("changed.safetensors");
        try (SafetensorsFile source = SafetensorsFile.open(file)) {
            SafetensorsWriter writer = new SafetensorsWriter();
            source.metadata().forEach(writer::metadata);
            writer.metadata(key, value);
            for (String name : source.names()) {
                double[] values = source.doubles(name);
                values[0] += added;
                writer.add(name, values, source.shape(name));
            }
            writer.write(copy);
        }
        return copy;
    }
}
