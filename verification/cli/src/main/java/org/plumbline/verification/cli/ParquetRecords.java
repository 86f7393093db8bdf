package org.plumbline.verification.cli;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.LogicalType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.SchemaNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.ForeignFile;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;
import org.plumbline.io.MalformedFileException;
import org.plumbline.text.ReadLimits;
import org.plumbline.text.RecordFile;
import org.plumbline.text.VisibleText;

/** The rows of a Parquet file as records, one at a time. Hardwood reads and decompresses the pages. */
final class ParquetRecords implements RecordFile {
    /** Kept, since a logger that nobody holds forgets its level: what the reader chose to use is no news to a user. */
    private static final Logger LOGGER = Logger.getLogger("dev.hardwood");

    static {
        LOGGER.setLevel(Level.WARNING);
    }

    private static final String EXTENSION = ".parquet";
    private static final int SHOWN = 160;

    private final Path file;
    private final ParquetFileReader reader;
    private final RowReader rows;
    /** Columns of numbers without a sign, which the reader gives with one. */
    private final Set<String> unsigned;
    private long row;

    private ParquetRecords(Path file, ParquetFileReader reader) {
        this.file = file;
        this.reader = reader;
        this.rows = reader.rowReader();
        this.unsigned = reader.getFileSchema().getRootNode().children().stream()
                .filter(node -> node instanceof SchemaNode.PrimitiveNode column
                        && column.logicalType() instanceof LogicalType.IntType type && !type.isSigned())
                .map(SchemaNode::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a file's name says that it is one. */
    static boolean isNamed(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(EXTENSION);
    }

    /**
     * Opens a file at its first row.
     *
     * @throws InputException if it cannot be read, or is no Parquet file
     */
    static RecordFile open(Path file, ReadLimits limits) {
        requireParquet(file);
        ParquetFileReader reader = null;
        try {
            reader = ParquetFileReader.open(InputFile.of(file));
            ParquetPages.require(file, reader.getFileMetaData());
            return new ParquetRecords(file, reader);
        } catch (MalformedFileException e) {
            close(reader, e);
            throw e;
        } catch (IOException | RuntimeException e) {
            close(reader, e);
            throw new MalformedFileException(file, "the Parquet file is damaged, or of a kind that is not read here: "
                    + said(e), e);
        }
    }

    private static void close(@Nullable ParquetFileReader reader, Exception failure) {
        if (reader != null) {
            try {
                reader.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static void requireParquet(Path file) {
        InputFiles.size(file);
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(ForeignFile.HEAD_BYTES);
        } catch (IOException e) {
            throw InputFiles.unreadable(file, e);
        }
        Optional<String> pointer = ForeignFile.pointer(head);
        if (pointer.isPresent()) {
            throw new MalformedFileException(file, pointer.get());
        }
        if (head.length < 4 || head[0] != 'P' || head[1] != 'A' || head[2] != 'R' || head[3] != '1') {
            throw new MalformedFileException(file, "found no 'PAR1' at its start, expected a Parquet file");
        }
    }

    @Override
    public @Nullable Map<String, @Nullable Object> next() {
        String column = "";
        try {
            if (!rows.hasNext()) {
                requireAll();
                return null;
            }
            rows.next();
            row++;
            Map<String, @Nullable Object> record = new LinkedHashMap<>();
            for (int i = 0; i < rows.getFieldCount(); i++) {
                column = rows.getFieldName(i);
                record.put(column, ParquetValues.plain(rows.getValue(i), unsigned.contains(column)));
            }
            return record;
        } catch (MalformedFileException e) {
            throw e;
        } catch (RuntimeException e) {
            long where = column.isEmpty() ? row + 1 : row;
            throw new MalformedFileException(file, "row " + where
                    + (column.isEmpty() ? "" : ", column '" + column + "'")
                    + ": the Parquet file is damaged, or of a kind that is not read here: " + said(e), e);
        }
    }

    private void requireAll() {
        long expected = reader.getFileMetaData().numRows();
        if (row != expected) {
            throw new MalformedFileException(file, "found " + row + " rows, expected " + expected
                    + ", as many as its footer says");
        }
    }

    private static String said(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return VisibleText.shortened(VisibleText.escape(message), SHOWN);
    }

    @Override
    public void close() throws IOException {
        rows.close();
        reader.close();
    }
}
