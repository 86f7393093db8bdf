package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

    private static final String[] CASES = {
        "gpt2", "no-bias", "tied-head", "left-padding", "masks", "one-position"
    };
    private static final String[] FILES = {
        "conformance.json", "data.safetensors", "vectors.safetensors", "model/config.json", "model/model.safetensors"
    };

    @TempDir
    private static Path set;

    /** A case that is quickly computed. */
    private static Path whole;

    @TempDir
    private Path copy;

    @BeforeAll
    static void write() {
        CommandLineRun run = CommandLineRun.of("vectors", "--out", set.toString(), "--threads", "2");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("tensors of 6 cases"), run.out());
        whole = set.resolve("masks");
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
        copyFiles(whole, copy);
    }

    private static void copyFiles(Path from, Path to) throws IOException {
        Files.createDirectories(to.resolve("model"));
        for (String name : FILES) {
            Files.copy(from.resolve(name), to.resolve(name));
        }
    }

    private void replace(String name, String what, String by) throws IOException {
        Path path = copy.resolve(name);
        String text = Files.readString(path);
        assertTrue(text.contains(what), text);
        Files.writeString(path, text.replace(what, by));
    }

    /** The data without one kind of tensor. */
    private void removeFromData(String suffix) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(set.resolve("gpt2/data.safetensors"))) {
            for (String name : file.names()) {
                if (!name.endsWith(suffix)) {
                    writer.add(name, file.ints(name), file.shape(name));
                }
            }
        }
        writer.write(copy.resolve("data.safetensors"));
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
    void aSetConformsToItsOwnWriterOnAnotherNumberOfThreads() {
        CommandLineRun run = CommandLineRun.of("vectors", "--check", set.toString(), "--threads", "1");
        assertEquals(0, run.status(), run.err());
        for (String name : CASES) {
            assertTrue(run.out().lines().filter(line -> line.startsWith(name + "/")).count() > 40, run.out());
        }
        assertTrue(run.out().lines().allMatch(line -> line.endsWith("ok")), run.out());
    }

    @Test
    void aCaseIsCheckedByItself() throws IOException {
        copyFiles();
        CommandLineRun run = check();
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().lines().count() > 40);
        assertTrue(run.out().lines().noneMatch(line -> line.contains("/")), run.out());
    }

    @Test
    void casesMayBeLeftOutAndDifferencesNameThem() throws IOException {
        copyFiles(set.resolve("masks"), copy.resolve("masks"));
        copyFiles(set.resolve("one-position"), copy.resolve("single"));
        Files.createDirectories(copy.resolve("notes"));
        assertEquals(0, check().status());
        Files.copy(set.resolve("left-padding/vectors.safetensors"), copy.resolve("masks/vectors.safetensors"),
                StandardCopyOption.REPLACE_EXISTING);
        assertRefused("masks/train.loss", "masks/scores.ekfac");
        assertTrue(check().err().lines().noneMatch(line -> line.contains("single")));
    }

    /** The description is written last: what is without one was not finished. */
    @Test
    void aCaseThatWasNotFinished() throws IOException {
        copyFiles(set.resolve("one-position"), copy.resolve("one-position"));
        Files.delete(copy.resolve("one-position/conformance.json"));
        assertRefused("one-position", "conformance.json");
    }

    /** Positions counted from 0, at padding as well, and no case was named. */
    @Test
    void aSetOfVersionOne() throws IOException {
        copyFiles(set.resolve("gpt2"), copy);
        removeFromData(".positions");
        assertRefused("data.safetensors", "train.positions");
        replace("conformance.json", "\"formatVersion\" : 2", "\"formatVersion\" : 1");
        replace("conformance.json", "\"case\" :", "\"other\" :");
        CommandLineRun run = check();
        assertEquals(0, run.status(), run.err());
    }

    @Test
    void aLayerThatTheModelLacks() throws IOException {
        copyFiles();
        replace("conformance.json", "\"name\" : \"transformer.h.0.mlp.c_fc\"", "\"name\" : \"transformer.h.7\"");
        assertRefused("conformance.json", "'transformer.h.7'");
    }

    @Test
    void layersAtOtherPlaces() throws IOException {
        copyFiles();
        replace("conformance.json", "\"offset\" : 30", "\"offset\" : 29");
        assertRefused("conformance.json", "offset=29", "offset=30");
    }

    @Test
    void theSameSeedGivesTheSameFiles() throws IOException {
        assertEquals(0, CommandLineRun.of("vectors", "--out", copy.toString(), "--threads", "1").status());
        for (String folder : CASES) {
            for (String name : FILES) {
                Path file = Path.of(folder, name);
                assertArrayEquals(Files.readAllBytes(set.resolve(file)), Files.readAllBytes(copy.resolve(file)),
                        file.toString());
            }
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
        replace("conformance.json", "\"formatVersion\" : 2", "\"formatVersion\" : 9");
        assertRefused("version 9");
    }

    @Test
    void eitherOrMustBeAsked() {
        assertEquals(2, CommandLineRun.of("vectors").status());
        assertEquals(2, CommandLineRun.of("vectors", "--out", "a", "--check", "b").status());
    }
}
