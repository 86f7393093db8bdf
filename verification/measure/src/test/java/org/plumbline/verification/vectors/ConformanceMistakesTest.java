package org.plumbline.verification.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.CommittedTable;
import org.plumbline.io.InputException;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.verification.vectors.ConformanceSet.Comparison;

/** Checking a case finds what an implementation does wrong in its corner, and names the tensors. */
class ConformanceMistakesTest {
    @TempDir
    private static Path set;

    @BeforeAll
    static void write() {
        ConformanceSet.write(set, 1, "test", ConformanceMistake.COMPUTE);
    }

    /** What checking says of a case in which these tensors are replaced. */
    private static List<Comparison> check(ConformanceCase which, Map<String, double[]> replaced, int... shape) {
        Path folder = set.resolve(which.folder());
        Path vectors = folder.resolve("vectors.safetensors");
        try {
            byte[] right = Files.readAllBytes(vectors);
            SafetensorsWriter writer = new SafetensorsWriter();
            try (SafetensorsFile file = SafetensorsFile.open(vectors)) {
                assertTrue(file.names().containsAll(replaced.keySet()));
                file.names().forEach(name -> writer.add(name,
                        replaced.getOrDefault(name, file.doubles(name)),
                        replaced.containsKey(name) && shape.length > 0 ? shape : file.shape(name)));
            }
            writer.write(vectors);
            try {
                return ConformanceSet.check(folder, ConformanceMistake.COMPUTE);
            } finally {
                Files.write(vectors, right);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> differing(List<Comparison> comparisons) {
        return comparisons.stream().filter(one -> !one.conforms()).map(Comparison::name).toList();
    }

    @Test
    void everyCornerHasAMistake() {
        assertEquals(
                Arrays.stream(ConformanceCase.values()).skip(1).collect(Collectors.toSet()),
                ConformanceMistake.all().stream().map(ConformanceMistake::which).collect(Collectors.toSet()));
    }

    @Test
    void everyMistakeIsNamed() {
        String rows = ConformanceMistake.all().stream().map(ConformanceMistakesTest::row).collect(Collectors.joining());
        CommittedTable.assertCommitted("conformance-vectors.md",
                "| case | mistake | differs |\n|---|---|---|\n" + rows);
    }

    private static String row(ConformanceMistake mistake) {
        ConformanceProblem problem = mistake.which().problem(1);
        Map<String, double[]> wrong = mistake.implementation().tensors(problem);
        List<String> differing = differing(check(mistake.which(), wrong));
        assertTrue(differing.containsAll(mistake.names(problem)), () -> mistake + ": found " + differing);
        assertTrue(wrong.keySet().containsAll(differing), () -> mistake + ": found " + differing);
        return Stream.of("`" + mistake.which().folder() + "`", mistake.description(),
                        mistake.shown().stream().map(name -> "`" + name + "`").collect(Collectors.joining(", ")))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** A column of ones appended where there is no bias: the factor is of another shape. */
    @Test
    void aColumnOfOnesWithoutABias() {
        String name = "A.model.layers.0.mlp.gate_proj";
        InputException refused = assertThrows(InputException.class,
                () -> check(ConformanceCase.NO_BIAS, Map.of(name, new double[25]), 5, 5));
        assertTrue(refused.getMessage().contains("'" + name + "'"), refused.getMessage());
        assertTrue(refused.getMessage().contains("[4, 4]"), refused.getMessage());
    }
}
