package org.plumbline.text;

import java.util.Map;
import org.plumbline.io.InputException;

/**
 * How much one file of a corpus may ask for: a broken or hostile file, of a few kilobytes if it is compressed, must not
 * take all memory. Memory for one document is a small multiple of these limits.
 *
 * @param line most bytes of a line
 * @param document most bytes of a document: of a text between separators, or of a value over several lines; a document
 *     of token ids may have a quarter as many tokens
 * @param fields most values of a record: columns of a table, or values in an object of JSON Lines, those inside others
 *     among them
 * @param ratio most times its own size that a compressed file may hold
 */
public record ReadLimits(int line, int document, int fields, int ratio) {

    /** 16 MiB a line, 64 MiB a document, 100,000 values a record, 200 times the compressed size. */
    public static final ReadLimits DEFAULT = new ReadLimits(1 << 24, 1 << 26, 100_000, 200);

    private static final int MOST = 1 << 30;

    /**
     * @throws InputException if a limit is not in {@code 1 .. 2³⁰}
     */
    public ReadLimits {
        require("line", line);
        require("document", document);
        require("fields", fields);
        require("ratio", ratio);
    }

    private static void require(String name, int value) {
        if (value < 1 || value > MOST) {
            throw new InputException("limit " + name + ": found " + value + ", expected 1.." + MOST);
        }
    }

    /**
     * These limits with others in their place.
     *
     * @param changed values by name
     * @throws InputException if a name is unknown or a value is out of range
     */
    public ReadLimits with(Map<String, Integer> changed) {
        for (String name : changed.keySet()) {
            if (!name.matches("line|document|fields|ratio")) {
                throw new InputException("limit '" + name + "' is unknown: expected line, document, fields or ratio");
            }
        }
        return new ReadLimits(changed.getOrDefault("line", line), changed.getOrDefault("document", document),
                changed.getOrDefault("fields", fields), changed.getOrDefault("ratio", ratio));
    }
}
