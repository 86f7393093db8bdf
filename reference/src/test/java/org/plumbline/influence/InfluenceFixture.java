package org.plumbline.influence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.batch.FisherLabels;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Precision;
import org.plumbline.influence.corpus.HashedTokenizer;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.PromptedQueries;
import org.plumbline.influence.store.FitSettings;
import org.plumbline.io.Json;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.random.RandomStreams;
import org.plumbline.text.ByteTokenizer;

/** A small model, a corpus of a few documents and factors of it, for tests of the front door. */
abstract class InfluenceFixture {
    static final int DOCUMENTS = 21;
    /** Sequences of a shard, so that a pass over the documents has several of them. */
    static final int SHARD = 4;
    static final FitSettings SETTINGS =
            new FitSettings(Strategy.EKFAC, 1, new FisherLabels.Sampled(3, 1), 0.1, Duration.ZERO);

    @TempDir
    static Path folder;

    record Line(String id, String text) {}

    @BeforeAll
    static void modelAndCorpus() throws IOException {
        Path model = folder.resolve("model");
        Gpt2 gpt2 = new Gpt2(new Gpt2Config(256, 24, 8, 2, 2, 12, false, 1e-5));
        new PretrainedModel(gpt2, gpt2.initialize(RandomStreams.of(1, "parameters", 0))).save(model);
        new ByteTokenizer().save(model.resolve("tokenizer.json"));
        Files.write(folder.resolve("corpus.jsonl"), IntStream.range(0, DOCUMENTS)
                .mapToObj(i -> Json.line(new Line("d" + i, i % 3 == 0 ? "the sky is blue" : "line " + i + " of it")))
                .toList());
        Files.writeString(folder.resolve("other.jsonl"), Json.line(new Line("o", "another corpus")) + "\n");
        try (Influence influence = builder("corpus.jsonl").open()) {
            influence.fit(folder.resolve("factors"), SETTINGS);
        }
    }

    static ModelFolder model() {
        Path model = folder.resolve("model");
        return ModelFolder.load(model, Precision.DOUBLE, HashedTokenizer.load(model));
    }

    static InfluenceBuilder builder(String corpus) {
        return Influence.of(model()).corpus(folder.resolve(corpus).toString()).batches(2, SHARD).threads(2);
    }

    static Influence loaded() {
        return builder("corpus.jsonl").open().load(folder.resolve("factors"));
    }

    static PromptedQueries queries(Influence influence) {
        return PromptedQueries.of(List.of(
                influence.prompted("the sky is", " blue"), influence.prompted("line 4", " of"),
                influence.prompted("", "it")));
    }

    /** The same sums in other orders, of at most thousands of products: {@code 1e−10} of the largest is generous. */
    static double tolerance(double[] scores) {
        return 1e-10 * Arrays.stream(scores).map(Math::abs).max().orElseThrow();
    }
}
