package org.plumbline.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.audit.files.BareFactors;
import org.plumbline.audit.files.FactorExport;
import org.plumbline.audit.files.FactorModule;
import org.plumbline.audit.files.FactorSet;
import org.plumbline.audit.files.FactorTensor;
import org.plumbline.audit.files.KronfluenceFactors;
import org.plumbline.audit.files.ScoreFiles;
import org.plumbline.audit.files.ScoreSet;
import org.plumbline.influence.Convention;
import org.plumbline.io.InputException;
import org.plumbline.io.Npy;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;

/** Files that cannot be audited are refused with the reason, and layouts keep what they hold. */
class DamagedFilesTest {
    /** A quarter and three quarters of numbers up to some thousands, added. */
    private static final double ROUNDING = 1e-11;

    private static final Path SOUND = KronfluenceTiny.folder().resolve("factors_f_e64");

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        try (Stream<Path> files = Files.list(SOUND)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private void refused(String reason) {
        String message = assertThrows(
                InputException.class, () -> Audit.factors(KronfluenceFactors.open(folder))).getMessage();
        assertTrue(message.contains(reason), message);
    }

    @Test
    void truncated() throws IOException {
        Path file = folder.resolve("lambda_matrix.safetensors");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 3000));
        refused("lambda_matrix.safetensors");
    }

    @Test
    void foreign() throws IOException {
        Files.writeString(folder.resolve("activation_covariance.safetensors"), "PK\3\4 a checkpoint of another "
                + "program");
        refused("activation_covariance.safetensors");
    }

    @Test
    void notFinite() {
        change("gradient_covariance", values -> values[5] = Double.NaN);
        refused("element 5 is NaN");
    }

    @Test
    void ofAnotherRun() {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("lambda_matrix.safetensors"))) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (String module : file.names()) {
                writer.add(module, new double[6], 2, 3);
            }
            writer.write(folder.resolve("lambda_matrix.safetensors"));
        }
        refused("files of different runs");
    }

    @Test
    void nothingThere() {
        assertThrows(InputException.class, () -> KronfluenceFactors.open(folder.resolve("absent")));
        assertThrows(InputException.class, () -> ScoreFiles.read(folder));
    }

    @Test
    void scoresOfOtherSizes() {
        Path file = folder.resolve("scores.npy");
        Npy.write(file, new double[12], 3, 4);
        ScoreSet scores = ScoreFiles.read(file);
        assertEquals(3, scores.queries());
        assertThrows(InputException.class, () -> Audit.scores(scores, KronfluenceTiny.model(),
                KronfluenceTiny.queries(), KronfluenceFactors.open(SOUND),
                new ScoreClaims(Optional.empty(), true), Map.of()));
        Npy.write(file, new double[16], 2, 2, 2, 2);
        assertThrows(InputException.class, () -> ScoreFiles.read(file));
    }

    /** A count that is not the corner, and a changed element of a covariance, are defects. */
    @Test
    void changedNumbers() {
        change("activation_eigenvalues", values -> values[0] *= 3);
        change("activation_covariance", values -> values[values.length - 1] += 5);
        AuditReport report = Audit.factors(KronfluenceFactors.open(folder));
        assertEquals(Verdict.DEFECTS, report.verdict());
        assertTrue(report.summary().contains("corner of A"), report.summary());
    }

    private interface Change {
        void of(double[] values);
    }

    private void change(String name, Change change) {
        Path path = folder.resolve(name + ".safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            for (String module : file.names()) {
                double[] values = file.doubles(module);
                change.of(values);
                writer.add(module, values, file.shape(module));
            }
        }
        writer.write(path);
    }

    @Test
    void layoutsKeepWhatTheyHold() {
        FactorSet factors = KronfluenceFactors.open(SOUND);
        FactorExport.kronfluence(factors, folder.resolve("k"));
        FactorExport.bare(factors, folder.resolve("b"));
        for (FactorSet read : List.of(KronfluenceFactors.open(folder.resolve("k")),
                BareFactors.open(folder.resolve("b").resolve("index.json")))) {
            assertEquals(factors.modules(), read.modules());
            assertEquals(Optional.of("Kronfluence"), read.claims().convention().map(Convention::name));
            for (FactorModule module : factors.modules()) {
                for (FactorTensor kind : FactorTensor.values()) {
                    assertArrayEquals(
                            factors.tensor(module, kind).orElseThrow(), read.tensor(module, kind).orElseThrow());
                }
            }
        }
    }

    /** Partitions of the data are added, those of modules joined. */
    @Test
    void partitionsAreAdded() throws IOException {
        Path whole = folder.resolve("lambda_matrix.safetensors");
        double[][] values;
        List<String> names;
        int[][] shapes;
        try (SafetensorsFile file = SafetensorsFile.open(whole)) {
            names = List.copyOf(file.names());
            values = names.stream().map(file::doubles).toArray(double[][]::new);
            shapes = names.stream().map(file::shape).toArray(int[][]::new);
        }
        Files.delete(whole);
        for (int data = 0; data < 2; data++) {
            for (int module = 0; module < names.size(); module++) {
                double part = data == 0 ? 0.25 : 0.75;
                new SafetensorsWriter()
                        .add(names.get(module), Matrix.times(part, values[module]), shapes[module])
                        .write(folder.resolve("lambda_matrix_data_partition" + data + "_module_partition" + module
                                + ".safetensors"));
            }
        }
        FactorSet read = KronfluenceFactors.open(folder);
        for (FactorModule module : read.modules()) {
            assertArrayEquals(values[names.indexOf(module.name())],
                    read.tensor(module, FactorTensor.LAMBDA).orElseThrow(), ROUNDING);
        }
        Files.delete(folder.resolve("lambda_matrix_data_partition1_module_partition1.safetensors"));
        refused("partitions");
    }
}
