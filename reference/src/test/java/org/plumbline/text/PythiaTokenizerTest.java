package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.plumbline.io.Json;

/** Ids and decodings that Hugging Face's library computed; {@code ORIGIN.md} beside the files tells more. */
class PythiaTokenizerTest {

    private record Case(String text, int[] ids, String decoded) {}

    static Path folder() {
        try {
            return Path.of(PythiaTokenizerTest.class.getResource("/fixtures/tokenizers/pythia").toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void idsAndDecodingsAreThoseOfTheGoldenCases() {
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(folder());
        Case[] cases = Json.read(folder().resolve("cases.json"), Case[].class);
        assertEquals(228, cases.length);
        for (Case golden : cases) {
            int[] ids = tokenizer.encode(golden.text()).ids();
            assertArrayEquals(golden.ids(), ids, () -> golden.text() + " " + Arrays.toString(ids));
            assertEquals(golden.decoded(), tokenizer.decode(golden.ids()));
        }
    }
}
