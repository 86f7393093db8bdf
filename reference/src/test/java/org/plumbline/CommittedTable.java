package org.plumbline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A table in a document that is produced by a test. The test writes it below {@code target} and fails if the document
 * says otherwise; with {@code -Dplumbline.tables.write=true} it writes the document instead.
 */
public final class CommittedTable {
    private static final String BEGIN = "<!-- table: written by the tests -->\n";
    private static final String END = "<!-- end of table -->\n";

    private CommittedTable() {}

    /**
     * Compares the table of {@code docs/<document>} with {@code table}.
     *
     * @param table whole lines
     */
    public static void assertCommitted(String document, String table) {
        try {
            Path target = Files.createDirectories(Path.of("target", "tables")).resolve(document);
            Files.writeString(target, table);
            Path committed = documents().resolve(document);
            String text = Files.readString(committed);
            int from = text.indexOf(BEGIN) + BEGIN.length();
            int to = text.indexOf(END);
            if (Boolean.getBoolean("plumbline.tables.write")) {
                Files.writeString(committed, text.substring(0, from) + table + text.substring(to));
            } else {
                assertEquals(table, text.substring(from, to), () -> "docs/" + document + " is out of date; write it "
                        + "anew with -Dplumbline.tables.write=true and look at what changed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder {@code docs} of the repository, from a module at any depth in it. */
    private static Path documents() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        return folder.resolve("docs");
    }
}
