package org.plumbline.verification.benchmark;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.plumbline.random.RandomStreams;
import org.plumbline.text.ByteLevelBpe;
import org.plumbline.text.Encoding;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.text.Utf8;

/**
 * Bytes of text that one thread turns into tokens and back; the counter {@code bytes} is per second.
 *
 * <p>Without parameters the text is 2 MB of 50 000 made-up words whose frequency falls with their rank as Zipf's law
 * says, with commas, line ends and numbers, and the tokenizer was learned from it.
 * {@code -p tokenizer=FILE -p text=FILE} measures any other.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class TokenizerBenchmark {

    private static final int WORDS = 50_000;
    private static final int TEXT_BYTES = 2_000_000;
    private static final int VOCABULARY = 8192;

    /** A {@code tokenizer.json}; empty for a learned one. */
    @Param("")
    public String tokenizer;

    /** A UTF-8 text; empty for a made-up one. */
    @Param("")
    public String text;

    private HuggingFaceTokenizer loaded;
    private String content;
    private int bytes;
    private int[] ids;

    /** Work done. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Counter {
        /** Bytes of text. */
        public long bytes;
    }

    /** Makes or reads text and tokenizer. */
    @Setup
    public void setUp() {
        content = text.isEmpty() ? madeUp() : Utf8.read(Path.of(text));
        bytes = content.getBytes(StandardCharsets.UTF_8).length;
        loaded = tokenizer.isEmpty()
                ? ByteLevelBpe.train(List.of(content), VOCABULARY).tokenizer()
                : HuggingFaceTokenizer.load(Path.of(tokenizer));
        ids = loaded.encode(content).ids();
    }

    private static String madeUp() {
        RandomGenerator random = RandomStreams.of(1, "text", 0);
        String[] words = new String[WORDS];
        for (int i = 0; i < WORDS; i++) {
            StringBuilder word = new StringBuilder();
            for (int syllables = 1 + random.nextInt(4); syllables > 0; syllables--) {
                word.append("bcdfghklmnprstvw".charAt(random.nextInt(16))).append("aeiouy".charAt(random.nextInt(6)));
            }
            words[i] = word.toString();
        }
        StringBuilder result = new StringBuilder(TEXT_BYTES + 100);
        while (result.length() < TEXT_BYTES) {
            // The inverse of a distribution whose density falls as 1 / rank.
            int rank = (int) Math.pow(WORDS, random.nextDouble()) - 1;
            result.append(words[rank]);
            switch (random.nextInt(20)) {
                case 0 -> result.append(",\n");
                case 1 -> result.append(". ").append(random.nextInt(3000)).append(' ');
                default -> result.append(' ');
            }
        }
        return result.toString();
    }

    /** Text to tokens with their places, words known from before. */
    @Benchmark
    public Encoding encode(Counter counter) {
        counter.bytes += bytes;
        return loaded.encode(content);
    }

    /** Tokens to text. */
    @Benchmark
    public String decode(Counter counter) {
        counter.bytes += bytes;
        return loaded.decode(ids);
    }
}
