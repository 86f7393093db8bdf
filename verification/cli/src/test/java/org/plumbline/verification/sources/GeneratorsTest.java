package org.plumbline.verification.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * In every module, random numbers come from {@code RandomStreams}, by seed, purpose and index: nobody else makes a
 * generator. There are three exceptions. The bundled corpora depend on no other module, and their files are fixed. The
 * laws are tests: a generator there draws the model that a property is tried on. The secret token of a server must not
 * be reproducible.
 */
class GeneratorsTest {
    private static final Path ROOT = Path.of("../..");
    private static final Set<String> MAKERS = Set.of("RandomStreams.java", "LabelDraws.java", "Gate.java");
    private static final Pattern GENERATOR = Pattern.compile("new (Splittable|Secure)?Random\\(|RandomGeneratorFactory"
            + "|RandomGenerator\\.(of|getDefault)\\(|ThreadLocalRandom|Math\\.random\\(");

    @Test
    void nobodyElseMakesAGenerator() throws IOException {
        List<Path> sources = sources();
        assertFalse(sources.isEmpty());
        StringBuilder found = new StringBuilder();
        for (Path source : sources) {
            if (GENERATOR.matcher(Files.readString(source)).find()) {
                found.append(source).append('\n');
            }
        }
        assertEquals("", found.toString());
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.map(ROOT::relativize)
                    .filter(file -> file.toString().contains("src/main/java") && file.toString().endsWith(".java"))
                    .filter(file -> !file.startsWith("corpora") && !file.startsWith("verification/laws"))
                    .filter(file -> !MAKERS.contains(file.getFileName().toString()))
                    .map(ROOT::resolve)
                    .sorted()
                    .toList();
        }
    }
}
