package org.plumbline.verification.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;
import org.plumbline.random.RandomStreams;

/**
 * Large matrix products in single precision through an engine: what it reaches, and so a measure of stages on devices,
 * whose own peak no program can ask for. An engine with slow products looks good by it; {@link ProcessorPeak} is
 * the measure where the processor does the work.
 *
 * <p>Every thread runs {@code x B B B B} for {@code n × n} matrices {@code x} and {@code B}, {@code 8n³} operations,
 * and sums its rows, lest the way back from a device count as work. {@code n} is doubled from 256 until a round takes
 * a tenth of a second, up to 2048.
 */
public final class ProductPeak implements Peak {
    private static final int LEAST = 256;
    private static final int MOST = 2048;
    private static final int PRODUCTS = 4;
    private static final int TRIALS = 3;
    private static final double SECONDS = 0.1;

    private final Compute compute;
    private final int size;
    private final List<Executable> executables;
    private double peak;

    private ProductPeak(Compute compute, int size) {
        this.compute = compute;
        this.size = size;
        Program program = program(size);
        Storage x = matrix(size, 1);
        Storage b = matrix(size, 2);
        executables = IntStream.range(0, compute.workers().threads())
                .mapToObj(_ -> compute.engine().compile(program, Precision.SINGLE)).toList();
        executables.forEach(executable -> {
            executable.bindConstant("x", x);
            executable.bindConstant("b", b);
        });
    }

    /** Finds a size that is large enough for {@code compute}; warms it up on the way. */
    public static ProductPeak of(Compute compute) {
        for (int size = LEAST;; size *= 2) {
            ProductPeak peak = new ProductPeak(compute, size);
            // What is compiled at a first run does not count.
            peak.round();
            double least = IntStream.range(0, TRIALS).mapToDouble(_ -> peak.round()).min().orElseThrow();
            if (least >= SECONDS || size == MOST) {
                return peak;
            }
        }
    }

    /** Keeps the largest speed of any round: whatever else runs can only slow one down. */
    @Override
    public double measure() {
        for (double spent = 0; spent < SECONDS;) {
            double seconds = round();
            spent += seconds;
            peak = Math.max(peak, operations() * executables.size() / seconds * 1e-9);
        }
        return peak;
    }

    @Override
    public Optional<String> note() {
        return Optional.of(String.format(Locale.ROOT,
                "peak: products of %d x %d matrices through the engine %s, not its device's own;"
                        + " CPU s has no share of it",
                size, size, compute.engine().name()));
    }

    @Override
    public boolean ofProcessors() {
        return false;
    }

    /** Seconds of one run on every thread. */
    private double round() {
        long begin = System.nanoTime();
        compute.workers().forEach(executables.size(), i -> executables.get(i).run());
        return (System.nanoTime() - begin) * 1e-9;
    }

    private double operations() {
        return 2.0 * PRODUCTS * size * size * size;
    }

    private static Program program(int size) {
        ProgramBuilder builder = new ProgramBuilder();
        Value product = builder.real("x", size, size);
        Value b = builder.real("b", size, size);
        for (int i = 0; i < PRODUCTS; i++) {
            product = builder.matmul(product, b);
        }
        return builder.build("sums", builder.sum(product, 1, 1));
    }

    private static Storage matrix(int size, long seed) {
        RandomGenerator random = RandomStreams.of(seed, "matrix", 0);
        float[] elements = new float[size * size];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (float) random.nextDouble(-1, 1);
        }
        return new Storage.Floats(elements);
    }
}
