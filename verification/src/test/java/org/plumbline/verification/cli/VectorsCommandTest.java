package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.Dtype;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;

/** Conformance vectors: written, read back, and told from sets that are wrong. */
class VectorsCommandTest {
    private static final String EIGENVECTORS = "QA.transformer.h.0.mlp.c_fc";

    @TempDir
    private static Path whole;

    @TempDir
    private Path copy;

    @BeforeAll
    static void write() {
        CommandLineRun run = CommandLineRun.of("vectors", "--out", whole.toString(), "--threads", "2");
        assertEquals(0, run.status(), run.err());
    }

    private CommandLineRun check() {
        return CommandLineRun.of("vectors", "--check", copy.toString(), "--threads", "1");
    }

    /** A copy of the set with one tensor changed; without it if the change is to null. */
    private void change(String changed, UnaryOperator<double[]> change, int... shape) throws IOException {
        copyFiles();
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(whole.resolve("vectors.safetensors"))) {
            for (String name : file.names()) {
                assertEquals(Dtype.F64, file.dtype(name));
                if (!name.equals(changed)) {
                    writer.add(name, file.doubles(name), file.shape(name));
                } else if (change != null) {
                    writer.add(name, change.apply(file.doubles(name)), shape.length > 0 ? shape : file.shape(name));
                }
            }
        }
        writer.write(copy.resolve("vectors.safetensors"));
    }

    private void copyFiles() throws IOException {
        Files.createDirectories(copy.resolve("model"));
        for (String name : new String[] {
            "conformance.json", "data.safetensors", "vectors.safetensors", "model/config.json",
            "model/model.safetensors"
        }) {
            Files.copy(whole.resolve(name), copy.resolve(name));
        }
    }

    private void assertRefused(String... named) {
        CommandLineRun run = check();
        assertEquals(1, run.status());
        assertEquals(1, run.err().lines().count(), run.err());
        for (String name : named) {
            assertTrue(run.err().contains(name), run.err());
        }
    }

    private static double[] times(double factor, double[] values) {
        double[] scaled = values.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return scaled;
    }

    @Test
    void aSetConformsToItsOwnWriterOnAnotherNumberOfThreads() throws IOException {
        copyFiles();
        CommandLineRun run = check();
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().lines().count() > 40);
        assertTrue(run.out().lines().allMatch(line -> line.endsWith("ok")), run.out());
    }

    @Test
    void theSameSeedGivesTheSameFiles() throws IOException {
        assertEquals(0, CommandLineRun.of("vectors", "--out", copy.toString(), "--threads", "1").status());
        for (String name : new String[] {"conformance.json", "data.safetensors", "vectors.safetensors"}) {
            assertArrayEquals(Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(copy.resolve(name)), name);
        }
    }

    @Test
    void eigenvectorsAreFreeInSign() throws IOException {
        change(EIGENVECTORS, vectors -> times(-1, vectors));
        assertEquals(0, check().status());
    }

    /** Rows and columns mistaken for each other, as implementations do. */
    @Test
    void transposedEigenvectorsDiffer() throws IOException {
        change(EIGENVECTORS, vectors -> {
            int n = (int) Math.round(Math.sqrt(vectors.length));
            double[] transposed = new double[vectors.length];
            for (int i = 0; i < vectors.length; i++) {
                transposed[i % n * n + i / n] = vectors[i];
            }
            return transposed;
        });
        assertRefused(EIGENVECTORS, "1 of");
    }

    @Test
    void scoresOfTheOtherSignDiffer() throws IOException {
        change("scores.ekfac", scores -> times(-1, scores));
        assertRefused("scores.ekfac");
    }

    @Test
    void aNumberThatIsNoneDiffers() throws IOException {
        change("inverse.kfac", products -> times(Double.NaN, products));
        assertRefused("inverse.kfac");
    }

    @Test
    void aMissingTensor() throws IOException {
        change("damping", null);
        assertRefused("vectors.safetensors", "'damping'", "missing");
    }

    @Test
    void aTensorOfAnotherShape() throws IOException {
        change("damping", damping -> damping, 2, 2);
        assertRefused("vectors.safetensors", "damping");
    }

    @Test
    void nothingThere() {
        assertRefused("conformance.json");
    }

    @Test
    void anotherFormat() throws IOException {
        copyFiles();
        Path manifest = copy.resolve("conformance.json");
        String changed = Files.readString(manifest).replace("\"formatVersion\" : 1", "\"formatVersion\" : 9");
        Files.writeString(manifest, changed);
        assertRefused("version 9");
    }

    @Test
    void eitherOrMustBeAsked() {
        assertEquals(2, CommandLineRun.of("vectors").status());
        assertEquals(2, CommandLineRun.of("vectors", "--out", "a", "--check", "b").status());
    }
}
