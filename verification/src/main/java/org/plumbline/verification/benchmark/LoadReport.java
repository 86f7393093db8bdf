package org.plumbline.verification.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Model;
import org.plumbline.model.Parameters;
import org.plumbline.model.pretrained.PretrainedModel;

/**
 * Writes a model of GPT-2's size with random weights to a temporary folder, loads it in single precision and runs one
 * sequence: how long each takes, and the processor time of loading as a multiple of that of copying as many bytes into fresh
 * arrays in the same process, which does not depend on what else the machine does.
 */
public final class LoadReport {
    private static final Gpt2Config GPT2 = new Gpt2Config(50257, 1024, 768, 12, 12, 3072, true, 1e-5);
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 3;
    private static final int LENGTH = 128;

    private LoadReport() {}

    /** Prints the report; needs some 3 GB of memory and 0.5 GB of disk. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("plumbline-load");
        try {
            print(System.out, folder);
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(file -> file.toFile().delete());
            }
            Files.delete(folder);
        }
    }

    private static void print(PrintStream out, Path folder) {
        Gpt2 model = new Gpt2(GPT2);
        new PretrainedModel(model, random(model)).save(folder);
        long bytes = size(folder.resolve("model.safetensors"));
        out.printf("%d parameters, %.0f MB%n", model.space().size(), bytes / 1e6);
        PretrainedModel loaded = null;
        for (int round = 0; round < ROUNDS; round++) {
            // Only one model at a time counts towards the memory that loading needs.
            loaded = null;
            long start = System.nanoTime();
            long busy = THREAD.getCurrentThreadCpuTime();
            loaded = PretrainedModel.load(folder, Precision.SINGLE);
            double processor = (THREAD.getCurrentThreadCpuTime() - busy) * 1e-9;
            double seconds = (System.nanoTime() - start) * 1e-9;
            double copy = copySeconds(bytes);
            out.printf("load %.2f s; %.2f s of processor time, %.1f times a copy into fresh arrays%n", seconds, processor,
                    processor / copy);
        }
        try (Workers workers = Workers.of(Runtime.getRuntime().availableProcessors())) {
            run(out, loaded, workers);
        }
        Runtime runtime = Runtime.getRuntime();
        out.printf("heap in use %.0f MB of %.0f MB%n", (runtime.totalMemory() - runtime.freeMemory()) / 1e6,
                runtime.maxMemory() / 1e6);
    }

    private static void run(PrintStream out, PretrainedModel pretrained, Workers workers) {
        Example example = Example.ofTokens(new SplittableRandom(1)
                .ints(LENGTH + 1, 0, pretrained.model().vocabulary()).toArray());
        Executable loss = VectorEngine.orScalar(workers).compile(pretrained.model().loss(LENGTH), Precision.SINGLE);
        loss.bindPresent(pretrained.parameters().storages());
        loss.bindPresent(example.storages(Precision.SINGLE));
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            loss.run();
            out.printf("loss of %d positions %.2f s: %.4f nats a position, ln V = %.4f%n", LENGTH,
                    (System.nanoTime() - start) * 1e-9, loss.scalar(Model.LOSS) / LENGTH,
                    Math.log(pretrained.model().vocabulary()));
        }
        out.printf("buffers of that program %.0f MB%n", loss.bufferBytes() / 1e6);
    }

    /** Drawn in single precision at once: in double they would need twice the memory. */
    private static Parameters random(Gpt2 model) {
        Map<String, Storage> values = new LinkedHashMap<>();
        SplittableRandom random = new SplittableRandom(1);
        model.space().shapes().forEach((name, shape) -> {
            float[] array = new float[shape.size()];
            boolean gain = shape.rank() == 1 && name.endsWith(".weight");
            for (int i = 0; i < array.length; i++) {
                array[i] = gain ? 1 : (float) (0.07 * (random.nextDouble() - 0.5));
            }
            values.put(name, Storage.of(array));
        });
        return new Parameters(model.space(), Precision.SINGLE, values);
    }

    /** Processor time of copying as many bytes into arrays that are allocated for it. */
    private static double copySeconds(long bytes) {
        float[] from = new float[1 << 22];
        long busy = THREAD.getCurrentThreadCpuTime();
        List<float[]> copies = new ArrayList<>();
        for (long copied = 0; copied < bytes; copied += (long) from.length * Float.BYTES) {
            copies.add(from.clone());
        }
        from[0] = copies.size();
        return (THREAD.getCurrentThreadCpuTime() - busy) * 1e-9;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
