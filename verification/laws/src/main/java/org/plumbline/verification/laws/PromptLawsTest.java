package org.plumbline.verification.laws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.plumbline.verification.laws.Dense.assertWithin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.plumbline.curvature.Damping;
import org.plumbline.curvature.KroneckerCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.engine.Precision;
import org.plumbline.io.Json;
import org.plumbline.linalg.Vectors;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.text.ByteLevelBpe;
import org.plumbline.text.CorpusDocument;
import org.plumbline.text.CorpusFormat;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.PackedSequences;
import org.plumbline.text.Packing;
import org.plumbline.text.PromptedText;
import org.plumbline.text.Tokenizer;
import org.plumbline.train.Evaluation;

/** Laws from text on: documents with a prompt and a completion, read from a file, and the same asked as queries. */
class PromptLawsTest {
    private final Subject subject = Subject.library();

    private static final List<String> WORDS =
            List.of("the", "stone", "bridge", "mill", "by", "otto", "lives", "sea", "tower", "é");
    private static final int DOCUMENTS = 4;
    private static final int SPARE_POSITIONS = 2;

    /** A record of a corpus. */
    private record Line(String id, String prompt, String completion) {}

    /**
     * A record that is asked as a query is the same sequence with the same loss, even where a token lies across the
     * border: its score against itself is its self-influence, which is not negative.
     */
    @Property(tries = 20)
    @Tag("law-39")
    void aRecordAsAQueryScoresItsSelfInfluence(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> texts = IntStream.range(0, DOCUMENTS).mapToObj(_ -> sentence(random)).toList();
        Tokenizer tokenizer =
                ByteLevelBpe.trainCompact(texts, ByteLevelBpe.smallestVocabulary(texts) + 20).tokenizer();
        List<Line> lines = new ArrayList<>();
        for (String text : texts) {
            lines.add(cut("d" + lines.size(), text, tokenizer, random, lines.isEmpty()));
        }
        List<Example> queries = lines.stream()
                .map(line -> PromptedText.of(tokenizer, line.prompt, line.completion).example(Packing.NONE))
                .toList();
        int length = queries.stream().mapToInt(Example::length).max().orElseThrow() + SPARE_POSITIONS;
        List<Example> records = records(lines, Packing.splitting(length), tokenizer);
        for (int m = 0; m < DOCUMENTS; m++) {
            Example padded = queries.get(m).padRight(length);
            assertArrayEquals(padded.reals(Example.FED), records.get(m).reals(Example.FED));
            assertArrayEquals(padded.reals(Example.WEIGHTS), records.get(m).reals(Example.WEIGHTS));
            int fed = queries.get(m).length();
            for (String name : List.of(Example.TOKENS, Example.LABELS, Example.POSITIONS)) {
                assertArrayEquals(head(padded.indices(name), fed), head(records.get(m).indices(name), fed), name);
            }
        }

        Gpt2 model = new Gpt2(new Gpt2Config(tokenizer.vocabularySize(), length, 4, 1, 2, 6, false, 1e-5));
        Setting setting = new Setting("records", seed,
                new Objective(model, model.initialize(random), records), model.mlpLayers());
        double[] ofQueries = losses(setting, queries);
        double[] ofRecords = losses(setting, records);
        KroneckerCurvature ekfac = subject.ekfac(setting.objective(), setting.layers());
        Damping damping = subject.damping(ekfac, DampedSystem.FACTOR);
        double bound = Rounding.scores(setting, ekfac, damping);
        double[][] asked = subject.scores(
                setting.objective(), setting.layers(), ekfac, damping, queries, records);
        double[][] gradients = setting.gradients();
        for (int m = 0; m < DOCUMENTS; m++) {
            assertWithin("loss", ofRecords[m], ofQueries[m], Rounding.SAME * ofRecords[m]);
            double self = Vectors.dot(gradients[m], subject.inverseProduct(ekfac, damping, gradients[m]));
            assertTrue(self >= 0, "a sequence lowers its own likelihood");
            assertWithin("self-influence", self, asked[m][m], bound);
        }
    }

    private static int[] head(int[] values, int count) {
        return Arrays.copyOf(values, count);
    }

    private static String sentence(SplittableRandom random) {
        return IntStream.range(0, 4 + random.nextInt(3))
                .mapToObj(_ -> WORDS.get(random.nextInt(WORDS.size())))
                .reduce((a, b) -> a + " " + b).orElseThrow();
    }

    /** A text cut in two, with something to predict: anywhere, or inside a token that is not the first. */
    private static Line cut(String id, String text, Tokenizer tokenizer, SplittableRandom random, boolean inside) {
        List<Line> cuts = new ArrayList<>();
        for (int at = 1; at < text.length(); at++) {
            Line line = new Line(id, text.substring(0, at), text.substring(at));
            PromptedText prompted = PromptedText.of(tokenizer, line.prompt, line.completion);
            if (prompted.promptTokens() > 0 && (prompted.straddles() || !inside)) {
                cuts.add(line);
            }
        }
        assertTrue(!cuts.isEmpty(), () -> "no token to cut in '" + text + "'");
        return cuts.get(random.nextInt(cuts.size()));
    }

    /** The documents as every command reads them: from JSON Lines, padded to one length. */
    private static List<Example> records(List<Line> lines, Packing packing, Tokenizer tokenizer) {
        try {
            Path file = Files.createTempFile("plumbline-records", ".jsonl");
            try {
                Files.write(file, lines.stream().map(Json::line).toList());
                DocumentSource source = DocumentSource.of(file, CorpusFormat.ofName(file));
                try (Stream<CorpusDocument> documents = source.open()) {
                    assertEquals(lines.size(),
                            documents.filter(CorpusDocument.Completion.class::isInstance).count());
                }
                List<Example> examples = new ArrayList<>();
                try (PackedSequences sequences = packing.open(source, tokenizer)) {
                    sequences.forEachRemaining(sequence -> examples.add(sequence.example()));
                }
                return examples;
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double[] losses(Setting setting, List<Example> examples) {
        return new Evaluation(setting.model(), examples, Setting.COMPUTE.engine(), Precision.DOUBLE, 1,
                Setting.COMPUTE.workers()).losses(setting.objective().parameters());
    }
}
