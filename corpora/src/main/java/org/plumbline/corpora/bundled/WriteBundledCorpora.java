package org.plumbline.corpora.bundled;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.plumbline.corpora.Corpus;
import org.plumbline.corpora.JsonLines;

/**
 * Writes the bundled files anew after a generator has changed:
 * {@code java -cp corpora/target/classes org.plumbline.corpora.bundled.WriteBundledCorpora corpora/src/main/resources}.
 */
final class WriteBundledCorpora {

    private WriteBundledCorpora() {}

    public static void main(String[] args) throws IOException {
        for (String name : BundledCorpora.names()) {
            Corpus corpus = BundledCorpora.load(name);
            Path folder = Path.of(args[0], "org", "plumbline", "corpora", name);
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("documents.jsonl"), JsonLines.documents(corpus));
            Files.writeString(folder.resolve("queries.jsonl"), JsonLines.queries(corpus));
        }
    }
}
