package org.plumbline.io;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Files that stand where another is expected, told by their first bytes: a message that says what a file is and what
 * to do helps more than the complaint of a parser.
 */
public final class ForeignFile {
    /** As many of the first bytes as tell every kind. */
    public static final int HEAD_BYTES = 64;

    private static final String LFS = "version https://git-lfs.github.com/spec/";

    private ForeignFile() {}

    /**
     * What a file is that is neither text nor safetensors.
     *
     * @param head its first bytes
     * @return what it is, and what to do with it; empty if it is none of the known kinds
     */
    public static Optional<String> kind(byte[] head) {
        if (begins(head, LFS)) {
            return pointer(head);
        }
        if (begins(head, "PAR1")) {
            return Optional.of("found a Parquet file, expected text; --format parquet reads it as a corpus, and pandas "
                    + "writes it as JSON Lines: read_parquet(...).to_json(..., orient='records', lines=True)");
        }
        if (begins(head, "ARROW1")) {
            return Optional.of("found an Arrow file, expected text; write it as JSON Lines, for example with "
                    + "datasets: load_from_disk(...).to_json(...)");
        }
        if (begins(head, "GGUF")) {
            return Optional.of("found a GGUF file, expected safetensors; use the original model folder");
        }
        if (begins(head, "PK\u0003\u0004")) {
            return Optional.of("found a zip archive (a PyTorch file is one, too), expected what is inside; "
                    + "unpack it, or save the model with save_pretrained(safe_serialization=True)");
        }
        if (begins(head, "(\u00b5/\u00fd")) {
            return Optional.of("found a zstd file, expected text or gzip; decompress it with 'zstd -d'");
        }
        if (begins(head, "BZh")) {
            return Optional.of("found a bzip2 file, expected text or gzip; decompress it with 'bunzip2'");
        }
        if (begins(head, "\u00fd7zXZ\0")) {
            return Optional.of("found an xz file, expected text or gzip; decompress it with 'unxz'");
        }
        if (begins(head, "\u00ff\u00fe") || begins(head, "\u00fe\u00ff")) {
            return Optional.of("found text in UTF-16, expected UTF-8; convert it with 'iconv -f UTF-16 -t UTF-8'");
        }
        if (begins(head, "\u0093NUMPY")) {
            return Optional.of("found a NumPy array, expected text; for token ids write them without a header, "
                    + "array.astype('uint16').tofile(...), and give --format uint16");
        }
        return Optional.empty();
    }

    /** Says that a file, of whatever format, was not downloaded; empty if it does not look so. */
    public static Optional<String> pointer(byte[] head) {
        return begins(head, LFS)
                ? Optional.of("found a Git LFS pointer: the file itself was not downloaded; run 'git lfs pull' in its "
                        + "folder, or download it again")
                : Optional.empty();
    }

    private static boolean begins(byte[] head, String latin) {
        byte[] magic = latin.getBytes(StandardCharsets.ISO_8859_1);
        if (head.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (head[i] != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
