package org.plumbline.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.plumbline.io.Dtype;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.model.ParameterSpace;
import org.plumbline.program.Shape;

/**
 * A {@link TrainingState} in one safetensors file, written atomically. A training that is resumed from it goes on as if
 * it had not been interrupted, to the last bit.
 *
 * <p>Tensors, all {@code F64}: {@code parameter.<name>}, and {@code <moment>.<name>} for each {@link Optimizer#moments
 * moment}. Metadata: {@code format}, {@code step}, and what the state belongs to: digests of the model's program and of
 * the examples, engine, precision, optimizer, schedule, batch sizes, clipping norm and seed, as text.
 */
public final class Checkpoint {
    private static final String FORMAT_KEY = "format";
    private static final String FORMAT = "plumbline training checkpoint 1";
    private static final String STEP = "step";
    private static final String PARAMETER = "parameter";

    private Checkpoint() {}

    /**
     * Writes the state, replacing the file if it exists.
     *
     * @throws InputException if the file cannot be written
     */
    public static void write(Path path, Trainer trainer, TrainingState state) {
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata(FORMAT_KEY, FORMAT)
                .metadata(STEP, Long.toString(state.step()));
        trainer.identity().forEach(writer::metadata);
        add(writer, PARAMETER, state.vector());
        state.optimizer().moments().forEach((moment, vector) -> add(writer, moment, vector));
        writer.write(path);
    }

    private static void add(SafetensorsWriter writer, String kind, ParameterVector vector) {
        vector.space().shapes().forEach((name, shape) ->
                writer.add(kind + "." + name, vector.array(name), shape.dimensions()));
    }

    /**
     * Reads a state that {@code trainer} can continue.
     *
     * @throws InputException if the file cannot be read, or its step is beyond the trainer's last
     * @throws MalformedFileException if it is no whole checkpoint
     * @throws CheckpointMismatchException if it belongs to another model, other examples or another configuration
     */
    public static TrainingState read(Path path, Trainer trainer) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            String format = file.metadata().get(FORMAT_KEY);
            if (!FORMAT.equals(format)) {
                throw new MalformedFileException(path, "found format '" + format + "', expected '" + FORMAT + "'");
            }
            requireSameRun(path, file.metadata(), trainer.identity());
            long step = step(path, file.metadata().get(STEP));
            if (step > trainer.config().steps()) {
                throw new InputException(path + ": found step " + step + ", expected at most the "
                        + trainer.config().steps() + " steps of this training");
            }
            Optimizer optimizer = trainer.config().optimizer();
            ParameterSpace space = trainer.model().space();
            SequencedMap<String, ParameterVector> moments = new LinkedHashMap<>();
            optimizer.moments().forEach(moment -> moments.put(moment, vector(file, moment, space)));
            return new TrainingState(
                    vector(file, PARAMETER, space), new OptimizerState(optimizer, space, moments, step));
        }
    }

    private static void requireSameRun(Path path, Map<String, String> found, Map<String, String> expected) {
        List<String> differing = new ArrayList<>();
        List<String> details = new ArrayList<>();
        expected.forEach((key, value) -> {
            String other = found.get(key);
            if (!value.equals(other)) {
                differing.add(key);
                details.add(key + " is " + other + ", expected " + value);
            }
        });
        if (!differing.isEmpty()) {
            throw new CheckpointMismatchException(path, differing, details);
        }
    }

    private static long step(Path path, String text) {
        try {
            long step = Long.parseLong(text);
            if (step >= 0) {
                return step;
            }
        } catch (NumberFormatException _) {
            // Reported below, with what was found.
        }
        throw new MalformedFileException(path, "found step '" + text + "', expected a number of at least 0");
    }

    private static ParameterVector vector(SafetensorsFile file, String kind, ParameterSpace space) {
        ParameterVector vector = ParameterVector.zeros(space);
        space.shapes().forEach((name, shape) -> read(file, kind + "." + name, shape, vector.array(name)));
        return vector;
    }

    private static void read(SafetensorsFile file, String tensor, Shape shape, double[] target) {
        file.requireShape(tensor, shape.dimensions());
        if (file.dtype(tensor) != Dtype.F64) {
            throw new MalformedFileException(
                    file.path(), "tensor '" + tensor + "': found dtype " + file.dtype(tensor) + ", expected F64");
        }
        double[] values = file.doubles(tensor);
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new MalformedFileException(file.path(),
                        "tensor '" + tensor + "': element " + i + " is " + values[i] + ", expected a finite number");
            }
        }
        System.arraycopy(values, 0, target, 0, target.length);
    }
}
