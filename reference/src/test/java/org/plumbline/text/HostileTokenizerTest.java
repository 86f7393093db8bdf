package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;

/** Files that are broken by accident or on purpose: one clear line, and nothing else. */
class HostileTokenizerTest {

    private static final Path FILE = Path.of("tokenizer.json");

    private static final String SAMPLE = "Hark!  The 12 kings' naïve 🙂\r\n<|end|> \u0301x\0 日本";

    /** What takes the place of a value: wrong types, huge numbers, regular expressions that never end. */
    private static final List<String> VALUES = List.of(
            "null", "true", "-1", "0", "1e999", "4294967296", "99999999999999999999", "0.5", "\"\"", "\"\\ud800\"",
            "\"a b\"", "[]", "{}", "[[[[]]]]", "[".repeat(150) + "]".repeat(150), "\"" + "x".repeat(3000) + "\"",
            "{\"type\":\"Sequence\",\"normalizers\":[],\"pretokenizers\":[],\"decoders\":[],\"processors\":[]}",
            "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(?:a|aa)+$|(x+x+)+y|(?:.|\\\\s)*z\"},"
                    + "\"behavior\":\"Isolated\",\"invert\":false}",
            "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"" + "(".repeat(5000) + ")".repeat(5000)
                    + "\"},\"behavior\":\"Removed\",\"invert\":true}",
            "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\"},\"behavior\":\"Contiguous\",\"invert\":false}",
            "{\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"" + "y".repeat(200) + "\"}",
            "{\"type\":\"Strip\",\"content\":\" \",\"start\":2147483646,\"stop\":2147483646}",
            "{\"type\":\"NFKD\"}", "{\"type\":\"Lowercase\"}", "{\"type\":\"Metaspace\",\"replacement\":\"_\"}",
            "{\"type\":\"Unigram\"}", "\"Regex\"", "\"BPE\"");

    @Provide
    Arbitrary<String> mutated() {
        Arbitrary<String> base = Arbitraries.of("gpt2", "llama3", "llama2", "added", "metaspace-first", "split-removed")
                .map(HostileTokenizerTest::variant);
        Arbitrary<List<int[]>> edits = Combinators.combine(
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.integers().between(0, Integer.MAX_VALUE - 1),
                        Arbitraries.integers().between(0, Integer.MAX_VALUE - 1))
                .as((kind, place, detail) -> new int[] {kind, place, detail})
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
        return Combinators.combine(base, edits).as((json, list) -> {
            String result = json;
            for (int[] edit : list) {
                result = edited(result, edit[0], edit[1], edit[2]);
            }
            return result;
        });
    }

    private static String variant(String name) {
        try {
            return Files.readString(HuggingFaceTokenizerTest.variants().resolve(name).resolve("tokenizer.json"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String edited(String json, int kind, int place, int detail) {
        if (json.isEmpty()) {
            return json;
        }
        // Most of a file is vocabulary: half of the edits go to what comes before it.
        int head = Math.max(1, json.indexOf("\"vocab\""));
        int at = place % (detail % 2 == 0 ? head : json.length());
        return switch (kind) {
            case 0 -> json.substring(0, at) + (char) (detail % 0x250) + json.substring(at + 1);
            case 1 -> json.substring(0, at) + json.substring(Math.min(json.length(), at + detail % 20));
            case 2 -> json.substring(0, Math.min(json.length(), at + detail % 200)) + json.substring(at);
            default -> withValue(json, at, VALUES.get(detail / 2 % VALUES.size()));
        };
    }

    /** Replaces the value of the key that follows. */
    private static String withValue(String json, int from, String value) {
        int colon = json.indexOf("\":", from);
        if (colon < 0) {
            return json;
        }
        int start = colon + 2;
        int end = start;
        int depth = 0;
        boolean inString = false;
        for (; end < json.length(); end++) {
            char c = json.charAt(end);
            if (c == '"' && json.charAt(end - 1) != '\\') {
                inString = !inString;
            } else if (!inString && (c == '{' || c == '[')) {
                depth++;
            } else if (!inString && (c == '}' || c == ']') && --depth < 0 || !inString && c == ',' && depth == 0) {
                break;
            }
        }
        return json.substring(0, start) + value + json.substring(end);
    }

    /** Loads or is refused; what loads encodes and decodes or refuses the text. Nothing else happens. */
    @Property(tries = 1000)
    void mutatedFilesGiveTypedErrorsOnly(@ForAll("mutated") String json) {
        try {
            HuggingFaceTokenizer tokenizer = load(json);
            Encoding encoding = tokenizer.encode(SAMPLE, EncodingOptions.WITH_SPECIAL_TOKENS);
            tokenizer.decode(encoding.ids());
            int bytes = SAMPLE.getBytes(StandardCharsets.UTF_8).length;
            for (int t = 0; t < encoding.size(); t++) {
                assertTrue(encoding.ids()[t] < tokenizer.vocabularySize());
                assertTrue(encoding.starts()[t] <= encoding.ends()[t] && encoding.ends()[t] <= bytes);
            }
        } catch (InputException e) {
            assertFalse(e.getMessage().isBlank());
            assertFalse(e.getMessage().contains("\n"));
        }
    }

    private static HuggingFaceTokenizer load(String json) {
        return new HuggingFaceTokenizer(TokenizerParts.parse(FILE, json.getBytes(StandardCharsets.UTF_8)));
    }

    private static void refuses(String expected, String json) {
        MalformedFileException e = assertThrows(MalformedFileException.class, () -> load(json), json);
        assertEquals(FILE + ": " + expected, e.getMessage());
    }

    private static String file(String model, String more) {
        return "{\"model\":{\"type\":\"BPE\"," + model + "}" + more + "}";
    }

    @Example
    void whatIsWrongIsNamed() {
        String model = "\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"merges\":[\"a b\"]";
        load(file(model, ""));
        refuses("model.vocab.a: found 4294967295, expected an integer in 0..4194303",
                file("\"vocab\":{\"a\":4294967295},\"merges\":[]", ""));
        refuses("model.vocab.b: found 0, expected an id of its own: 'a' has it too",
                file("\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]", ""));
        refuses("model.merges[1]: found \"a c\", expected tokens of the vocabulary, which lacks 'c'",
                file("\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"merges\":[\"a b\",\"a c\"]", ""));
        refuses("model.merges[0]: found a list, expected tokens of the vocabulary, which lacks 'ba'",
                file("\"vocab\":{\"a\":0,\"b\":1},\"merges\":[[\"b\",\"a\"]]", ""));
        refuses("model.merges[0]: found \"ab\", expected two tokens with one space between them",
                file("\"vocab\":{\"ab\":0},\"merges\":[\"ab\"]", ""));
        refuses("model.dropout: found 0.1, which is not supported", file(model + ",\"dropout\":0.1", ""));
        refuses("model.end_of_word_suffix: found \"</w>\", which is not supported",
                file(model + ",\"end_of_word_suffix\":\"</w>\"", ""));
        refuses("model.surprise: found 1, which is not supported", file(model + ",\"surprise\":1", ""));
        refuses("model.unk_token: found \"<unk>\", expected tokens of the vocabulary, which lacks '<unk>'",
                file(model + ",\"unk_token\":\"<unk>\"", ""));
        refuses("truncation.surprise: found 1, which is not supported",
                file(model, ",\"truncation\":{\"surprise\":1}"));
        refuses("padding: found 1, expected an object", file(model, ",\"padding\":1"));
        refuses("normalizer.type: found \"Precompiled\", which is not supported",
                file(model, ",\"normalizer\":{\"type\":\"Precompiled\"}"));
        refuses("added_tokens[0].id: found 1, expected an id that is free: 'b' has it",
                file(model, ",\"added_tokens\":[{\"id\":1,\"content\":\"x\"}]"));
        refuses("added_tokens[0].id: found 9, expected 0, the id of 'a' in the vocabulary",
                file(model, ",\"added_tokens\":[{\"id\":9,\"content\":\"a\"}]"));
        refuses("post_processor: found token id 7, expected one of the vocabulary", file(model,
                ",\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"x\"}},"
                        + "{\"Sequence\":{\"id\":\"A\"}}],\"special_tokens\":{\"x\":{\"ids\":[7]}}}"));
        refuses("pre_tokenizer.pretokenizers[1]: found an object, expected nothing after the pre-tokenizer that turns "
                        + "text into bytes",
                file(model, ",\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":["
                        + BYTES + "," + BYTES + "]}"));
        MalformedFileException twice =
                assertThrows(MalformedFileException.class, () -> load(file(model + "," + model, "")));
        assertTrue(twice.getMessage().contains("vocab"), twice.getMessage());
        MalformedFileException deep =
                assertThrows(MalformedFileException.class, () -> load("{\"normalizer\":" + "[".repeat(100_000)));
        assertTrue(deep.getMessage().contains("nesting"), deep.getMessage());
    }

    private static final String BYTES =
            "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":false,\"use_regex\":false}";

    private static String split(String regex) {
        return file("\"vocab\":{\"a\":0},\"merges\":[]",
                ",\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"" + regex
                        + "\"},\"behavior\":\"Isolated\",\"invert\":false}");
    }

    @Example
    void expressionsOfAnotherKindAreRefused() {
        for (String regex : new String[] {
            "(a)\\\\1", "(?<n>a)", "(?#c)a", "[[:alpha:]]", "[^a[b]]", "a{2}{3}", "(?:a){2}", "a{2,3}+", "[a",
            "\\\\p{Bogus}", "\\\\Q.\\\\E", "(?x)a", "[a&&b]", "a**", "(", "a{5,2}", "\\\\k<n>", "\\\\"
        }) {
            assertThrows(MalformedFileException.class, () -> load(split(regex)), regex);
        }
        MalformedFileException e = assertThrows(MalformedFileException.class, () -> load(split("(a)\\\\1")));
        assertTrue(e.getMessage().contains("pre_tokenizer.pattern.Regex: found \"(a)\\\\1\"")
                && e.getMessage().endsWith("without '\\1' at character 3"), e.getMessage());
    }

    @Example
    void expressionsWithoutEndAreStopped() {
        String text = "a".repeat(100_000);
        for (String regex : new String[] {"(?:a+)+b", "(?:a|aa)+$b", "(?:a|b)*c"}) {
            HuggingFaceTokenizer tokenizer = load(split(regex));
            InputException e = assertThrows(InputException.class, () -> tokenizer.encode(text), regex);
            assertTrue(e.getMessage().startsWith("tokenizer: the regular expression '" + regex), e.getMessage());
        }
    }
}
