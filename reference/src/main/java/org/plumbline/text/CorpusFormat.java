package org.plumbline.text;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.plumbline.io.InputException;

/** How documents lie in a file. Text is strict UTF-8, and any file may be compressed by gzip. */
public sealed interface CorpusFormat {

    /**
     * JSON Lines: an object on each line; blank lines are passed over.
     *
     * @param fields names of a document's parts
     */
    record JsonLines(FieldNames fields) implements CorpusFormat {
        /** Refuses {@code null}. */
        public JsonLines {
            Objects.requireNonNull(fields, "fields");
        }
    }

    /**
     * A JSON array of objects; a file that does not begin with a bracket is read as JSON Lines, since both are found
     * under the extension {@code .json}.
     *
     * @param fields names of a document's parts
     */
    record JsonArray(FieldNames fields) implements CorpusFormat {
        /** Refuses {@code null}. */
        public JsonArray {
            Objects.requireNonNull(fields, "fields");
        }
    }

    /**
     * Records in files of a kind that is read elsewhere, such as Parquet.
     *
     * @param fields names of a document's parts
     * @param opener reads the files
     */
    record Records(FieldNames fields, RecordFile.Opener opener) implements CorpusFormat {
        /** Refuses {@code null}. */
        public Records {
            Objects.requireNonNull(fields, "fields");
            Objects.requireNonNull(opener, "opener");
        }
    }

    /**
     * Text with something between documents; documents of white space alone are passed over.
     *
     * @param separator what is between documents and belongs to none, such as {@code "\n\n"} or
     *     {@code "<|endoftext|>"}; empty if the whole file is a document
     */
    record PlainText(String separator) implements CorpusFormat {
        /** Refuses {@code null}. */
        public PlainText {
            Objects.requireNonNull(separator, "separator");
        }
    }

    /**
     * A table with a header (RFC 4180): values between quotation marks may hold delimiters, line ends and doubled
     * quotation marks. Blank lines are passed over.
     *
     * @param delimiter what is between values: {@code ','} or {@code '\t'}
     * @param fields names of the columns that are a document's parts
     */
    record Table(char delimiter, FieldNames fields) implements CorpusFormat {
        /**
         * @throws InputException if the delimiter is a quotation mark, a line end or no ASCII character
         */
        public Table {
            Objects.requireNonNull(fields, "fields");
            if (delimiter == '"' || delimiter == '\r' || delimiter == '\n' || delimiter >= 0x80) {
                throw new InputException("delimiter: found U+" + String.format(Locale.ROOT, "%04X", (int) delimiter)
                        + ", expected an ASCII character other than a quotation mark or a line end");
            }
        }
    }

    /**
     * Token ids without a header, little-endian, as nanoGPT ({@code uint16}) and OLMo write them.
     *
     * @param bytesPerToken 2 or 4
     * @param separator the id that ends a document and belongs to none; {@link #NO_SEPARATOR} if there is none
     * @param window tokens of a document where there is no separator, the last one's may be fewer; 0 if there is one
     */
    record TokenIds(int bytesPerToken, int separator, int window) implements CorpusFormat {
        /** Documents are windows. */
        public static final int NO_SEPARATOR = -1;

        /**
         * @throws InputException if the width is neither 2 nor 4, or not exactly one of separator and window is given
         */
        public TokenIds {
            if (bytesPerToken != 2 && bytesPerToken != 4) {
                throw new InputException("bytes per token: found " + bytesPerToken + ", expected 2 or 4");
            }
            if (separator < NO_SEPARATOR || window < 0 || (separator == NO_SEPARATOR) == (window == 0)) {
                throw new InputException("token file: found separator " + separator + " and window " + window
                        + ", expected the id of a separator, or the length of a window");
            }
        }
    }

    /** {@link #ofName(Path, FieldNames, String)} with the usual names, and a text file as one document. */
    static CorpusFormat ofName(Path file) {
        return ofName(file, FieldNames.DEFAULT, "");
    }

    /**
     * The format that a file's name tells: {@code .jsonl}, {@code .ndjson}, {@code .json}, {@code .csv}, {@code .tsv},
     * {@code .txt}, {@code .md}, each with {@code .gz} or without.
     *
     * @param fields of records and rows
     * @param separator of texts
     * @throws InputException if the name tells none
     */
    static CorpusFormat ofName(Path file, FieldNames fields, String separator) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        String bare = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
        String extension = bare.substring(bare.lastIndexOf('.') + 1);
        return switch (extension) {
            case "jsonl", "ndjson" -> new JsonLines(fields);
            case "csv" -> new Table(',', fields);
            case "tsv" -> new Table('\t', fields);
            case "txt", "md" -> new PlainText(separator);
            case "json" -> new JsonArray(fields);
            default -> throw new InputException(file + ": found no known extension, "
                    + "expected .jsonl, .ndjson, .json, .csv, .tsv, .txt or .md, or a format");
        };
    }
}
