package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.plumbline.io.InputException;

class TokenizerTest {

    @Provide
    Arbitrary<String> unicode() {
        return Texts.unicode();
    }

    /** What any tokenizer owes: known ids, and offsets that cover the text's bytes without gap or overlap. */
    static void requireCovering(Tokenizer tokenizer, String text) {
        Encoding encoding = tokenizer.encode(text);
        int covered = 0;
        for (int t = 0; t < encoding.size(); t++) {
            assertTrue(encoding.ids()[t] >= 0 && encoding.ids()[t] < tokenizer.vocabularySize());
            assertEquals(covered, encoding.starts()[t]);
            assertTrue(encoding.ends()[t] > encoding.starts()[t], "no empty token");
            covered = encoding.ends()[t];
        }
        assertEquals(text.getBytes(StandardCharsets.UTF_8).length, covered);
    }

    @Property
    void bytesRoundTrip(@ForAll("unicode") String text) {
        ByteTokenizer tokenizer = new ByteTokenizer();
        requireCovering(tokenizer, text);
        assertEquals(text, tokenizer.decode(tokenizer.encode(text).ids()));
    }

    /** Texts are nothing to each other: one file is read by all tries. */
    private static final HuggingFaceTokenizer SAVED_BYTES = savedBytes();

    private static HuggingFaceTokenizer savedBytes() {
        try {
            Path file = Files.createTempFile("plumbline-bytes", ".json");
            new ByteTokenizer().save(file);
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(file);
            Files.delete(file);
            return tokenizer;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Property
    void bytesThatWereSavedAreTheSame(@ForAll("unicode") String text) {
        Encoding expected = new ByteTokenizer().encode(text);
        Encoding found = SAVED_BYTES.encode(text);
        assertEquals(256, SAVED_BYTES.vocabularySize());
        assertArrayEquals(expected.ids(), found.ids());
        assertArrayEquals(expected.starts(), found.starts());
        assertArrayEquals(expected.ends(), found.ends());
        assertEquals(text, SAVED_BYTES.decode(found.ids()));
    }

    @Example
    void unpairedSurrogatesAreNamed() {
        HuggingFaceTokenizer learned = ByteLevelBpe.trainCompact(List.of("ab"), 4).tokenizer();
        for (Tokenizer tokenizer : List.of(new ByteTokenizer(), learned)) {
            InputException e = assertThrows(InputException.class, () -> tokenizer.encode("ab\ud83d!"));
            assertEquals(
                    "text: found the unpaired surrogate U+D83D at character 2, expected text that has a UTF-8 form",
                    e.getMessage());
        }
    }

    @Example
    void unusableRequestsAreRefused() {
        assertThrows(InputException.class, () -> new ByteTokenizer().decode(256));
        assertThrows(InputException.class, () -> new ByteTokenizer().token(-1));
        assertEquals("<0x0A>", new ByteTokenizer().token(10));
        assertEquals("A", new ByteTokenizer().token(65));
        assertEquals(0, new ByteTokenizer().encode("").size());
    }
}
