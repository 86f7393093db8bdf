package org.plumbline.verification.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.Gradients;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Parameters;
import org.plumbline.solve.DenseInverse;

/** The exact example of the README: it compiles, runs, and is the text that stands there. */
class ReadmeExampleTest {
    private static final Path SOURCE =
            Path.of("src/test/java/org/plumbline/verification/docs/ReadmeExampleTest.java");

    @Test
    void theExampleRuns() {
        int vocabulary = 7;
        int context = 4;
        int width = 4;
        int layers = 1;
        int heads = 2;
        int hidden = 6;
        List<Example> examples = List.of(Example.ofTokens(1, 2, 3, 4, 5), Example.ofTokens(6, 0, 1, 3, 2));
        List<Example> queries = List.of(Example.ofCompletion(new int[] {1, 2, 3}, 2));
        Workers workers = Workers.serial();

        Gpt2 model = new Gpt2(new Gpt2Config(vocabulary, context, width, layers, heads, hidden, false, 1e-5));
        Parameters parameters = model.initialize(new SplittableRandom(1));
        Objective objective = new Objective(model, parameters, examples);
        Compute compute = new Compute(VectorEngine.orScalar(workers), workers);

        DenseCurvature g = DenseExactCurvature.gaussNewton(objective, model.mlpLayers(), compute, done -> {});
        Damping damping = Damping.relative(g.space(), 0.1, g.diagonal());
        Gradients gradients = new Gradients(objective, g.space(), compute);

        double[][] queryGradients = gradients.ofLogLikelihood(queries);                   // ∇f = ∇ log p
        double[][] products = DenseInverse.of(g, damping).applyAll(queryGradients);       // (G + λ)⁻¹ ∇f
        InfluenceScores scores = InfluenceScores.of(products, gradients.ofObjective());   // −∇fᵀ(G + λ)⁻¹∇L

        assertEquals(2, scores.raw()[0].length);
        // The query as a training sequence makes itself more probable: ∇L = −∇f, and the inverse is positive definite.
        double[][] itself = gradients.of(queries);
        assertTrue(InfluenceScores.of(products, itself).raw()[0][0] > 0);
    }

    @Test
    void theReadmeShowsThisExample() throws IOException {
        String readme = Files.readString(Path.of("../../README.md"));
        int from = readme.indexOf("```java\nGpt2 model") + "```java\n".length();
        List<String> shown = readme.substring(from, readme.indexOf("```", from)).lines()
                .map(String::strip).filter(line -> !line.isEmpty()).toList();
        List<String> compiled = Files.readAllLines(SOURCE).stream().map(String::strip).toList();
        assertTrue(shown.size() > 5);
        shown.forEach(line -> assertTrue(compiled.contains(line), () -> "not in this test: " + line));
    }
}
