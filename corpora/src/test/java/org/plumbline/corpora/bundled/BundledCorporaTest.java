package org.plumbline.corpora.bundled;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.plumbline.corpora.Corpus;
import org.plumbline.corpora.JsonLines;

class BundledCorporaTest {

    @Test
    void theBundledFilesAreWhatTheGeneratorsWrite() throws IOException {
        for (String name : BundledCorpora.names()) {
            Corpus corpus = BundledCorpora.load(name);
            assertArrayEquals(JsonLines.documents(corpus).getBytes(StandardCharsets.UTF_8), bundled(name, "documents"));
            assertArrayEquals(JsonLines.queries(corpus).getBytes(StandardCharsets.UTF_8), bundled(name, "queries"));
        }
    }

    @Test
    void everyCallLoadsTheSame() {
        for (String name : BundledCorpora.names()) {
            assertEquals(BundledCorpora.load(name), BundledCorpora.load(name));
            assertEquals(name, BundledCorpora.load(name).name());
        }
    }

    @Test
    void anUnknownNameIsRefused() {
        UnknownCorpusException refused =
                assertThrows(UnknownCorpusException.class, () -> BundledCorpora.load("habour"));
        assertEquals("no bundled corpus is called 'habour'; there is harbor", refused.getMessage());
    }

    private static byte[] bundled(String name, String file) throws IOException {
        try (InputStream stream = Corpus.class.getResourceAsStream(name + "/" + file + ".jsonl")) {
            assertNotNull(stream, name + "/" + file + ".jsonl");
            return stream.readAllBytes();
        }
    }
}
