package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the Java of {@code docs/tokenizers-and-corpora.md}: the page holds the lines of {@link #example}
 * and what they print.
 */
class TokenizersAndCorporaDocTest {

    private static final Path PAGE = Path.of("..", "docs", "tokenizers-and-corpora.md");
    private static final Path THIS =
            Path.of("src", "test", "java", "org", "plumbline", "text", "TokenizersAndCorporaDocTest.java");

    @TempDir
    Path folder;

    private void example(PrintStream out) throws IOException {
        // Begin.
        ByteLevelBpe learned = ByteLevelBpe.train(List.of("low lower lowest, new newer newest"), 280);
        learned.save(folder.resolve("tokenizer.json"));
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(folder);
        Encoding encoding = tokenizer.encode("thé newest");
        for (int t = 0; t < encoding.size(); t++) {
            out.println(encoding.starts()[t] + ".." + encoding.ends()[t] + " " + tokenizer.token(encoding.ids()[t]));
        }
        Encoding trusted = tokenizer.encode("a<|endoftext|>");
        Encoding plain = tokenizer.encode("a<|endoftext|>", EncodingOptions.PLAIN_TEXT);
        out.println(trusted.size() + " " + plain.size());
        out.println(tokenizer.decode(true, trusted.ids()) + " " + tokenizer.decode(true, plain.ids()));
        Files.writeString(folder.resolve("data.jsonl"), """
                {"id": "sum", "prompt": "2+2=", "completion": "4"}
                {"text": "two plus two", "source": "book"}
                """);
        DocumentSource source =
                DocumentSource.matching(folder, "*.jsonl", new CorpusFormat.JsonLines(FieldNames.DEFAULT));
        try (Stream<CorpusDocument> documents = source.open()) {
            documents.forEach(document -> out.println(document.id() + " " + document.metadata()));
        }
        ByteLevelBpe words = ByteLevelBpe.train(List.of("by the stone bridge, by the stone mill"), 280);
        for (String prompt : List.of("by the", "by the ")) {
            PromptedText text = PromptedText.of(words.tokenizer(), prompt, "by the stone".substring(prompt.length()));
            out.println(text.promptTokens() + " | " + text.completionTokens() + ", alike apart: "
                    + text.isCutAlikeApart(words.tokenizer()));
        }
        int end = tokenizer.id(ByteLevelBpe.END_OF_TEXT).orElseThrow();
        Packing packing = new Packing(8, Packing.Mode.TRUNCATE, Packing.NONE, end, end, false);
        try (PackedSequences sequences = packing.open(source, tokenizer)) {
            sequences.forEachRemaining(sequence ->
                    out.println(sequence.parts().getFirst().documentId() + " " + Arrays.toString(sequence.loss())));
            out.println(sequences.report());
        }
        // End.
    }

    @Test
    void thePageShowsWhatRuns() throws IOException {
        String source = Files.readString(THIS);
        String body = source.substring(source.indexOf("// Begin.\n") + 10, source.indexOf("        // End.\n"));
        assertEquals(body.replaceAll("(?m)^ {8}", ""), blocks("java"));
    }

    @Test
    void thePageShowsWhatIsPrinted() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        example(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        assertEquals(bytes.toString(StandardCharsets.UTF_8), blocks(""));
    }

    /** The fenced blocks of a language, one after the other. */
    private static String blocks(String language) throws IOException {
        Matcher matcher = Pattern.compile("(?m)^```(\\w*)\n((?:(?!```).*\n)*)```$").matcher(Files.readString(PAGE));
        List<String> blocks = new ArrayList<>();
        while (matcher.find()) {
            if (matcher.group(1).equals(language)) {
                blocks.add(matcher.group(2));
            }
        }
        return blocks.stream().collect(Collectors.joining());
    }
}
