package org.plumbline.text;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.ForeignFile;
import org.plumbline.io.GzipInput;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;
import org.plumbline.io.MalformedFileException;

/**
 * Lines of a file as bytes, with their numbers for errors; a file that gzip compressed is read as what was compressed.
 */
final class LineReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final Path file;
    private final ReadLimits limits;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long line;

    /**
     * @throws InputException if the file cannot be read
     */
    LineReader(Path file, ReadLimits limits) {
        this.file = file;
        this.limits = limits;
        this.in = open(file, true, limits);
    }

    /**
     * The content of a file, decompressed.
     *
     * @param text whether it is text, so that the first bytes tell a compressed file, and files that are no text;
     *     otherwise its name, {@code .gz}, does
     * @throws InputException if the file cannot be read, or is of a kind that is not read here
     */
    static InputStream open(Path file, boolean text, ReadLimits limits) {
        InputFiles.size(file);
        InputStream raw = null;
        try {
            raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
            raw.mark(ForeignFile.HEAD_BYTES);
            byte[] head = raw.readNBytes(ForeignFile.HEAD_BYTES);
            raw.reset();
            Optional<String> foreign = text ? ForeignFile.kind(head) : ForeignFile.pointer(head);
            if (foreign.isPresent()) {
                throw new MalformedFileException(file, foreign.get());
            }
            boolean gzip = head.length > 1 && Byte.toUnsignedInt(head[0]) == GZIP_FIRST
                    && Byte.toUnsignedInt(head[1]) == GZIP_SECOND;
            boolean named = file.getFileName().toString().endsWith(".gz");
            if (named && !gzip) {
                throw new MalformedFileException(file, "found no gzip header, expected a gzip file");
            }
            return gzip && text || named ? new GzipInput(file, raw, limits.ratio()) : raw;
        } catch (IOException e) {
            closeQuietly(raw, e);
            throw InputFiles.unreadable(file, e);
        } catch (InputException e) {
            closeQuietly(raw, e);
            throw e;
        }
    }

    private static void closeQuietly(@Nullable InputStream stream, Exception failure) {
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /** The next line with its line feed, or {@code null} at the end. */
    byte @Nullable [] next() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        line++;
        while (true) {
            if (position == limit && !fill()) {
                return bytes.size() == 0 ? null : withoutMark(bytes.toByteArray());
            }
            int start = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            boolean ends = position < limit;
            position += ends ? 1 : 0;
            bytes.write(buffer, start, position - start);
            if (ends && bytes.size() <= limits.line()) {
                return withoutMark(bytes.toByteArray());
            }
            if (bytes.size() > limits.line()) {
                throw tooLong();
            }
        }
    }

    /** The next byte, or −1 at the end, of a text that is not cut at its lines; a mark at its start is passed over. */
    int read() {
        if (line == 0) {
            line = 1;
            if (position == limit && fill() && limit >= BYTE_ORDER_MARK.length
                    && Arrays.equals(buffer, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
                position = BYTE_ORDER_MARK.length;
            }
        }
        return position == limit && !fill() ? -1 : Byte.toUnsignedInt(buffer[position++]);
    }

    /** The next byte that is no white space of JSON, or −1 at the end. */
    int nextVisible() {
        int next = read();
        while (next == ' ' || next == '\n' || next == '\r' || next == '\t') {
            next = read();
        }
        return next;
    }

    private MalformedFileException tooLong() {
        return malformed("found more than " + limits.line()
                + " bytes, expected a line end before (--limit line=N allows more)");
    }

    /** A byte order mark at the start of the file is none of its text. */
    private byte[] withoutMark(byte[] bytes) {
        boolean mark = line == 1 && bytes.length >= 3 && Arrays.equals(bytes, 0, 3, BYTE_ORDER_MARK, 0, 3);
        return mark ? Arrays.copyOfRange(bytes, 3, bytes.length) : bytes;
    }

    /** The text of a line. */
    String decode(byte[] bytes) {
        ByteBuffer buffered = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(buffered).toString();
        } catch (CharacterCodingException _) {
            throw malformed(String.format(Locale.ROOT, "found byte 0x%02x at byte %d of the line, expected UTF-8 text",
                    buffered.get(buffered.position()), buffered.position()));
        }
    }

    private boolean fill() {
        try {
            position = 0;
            limit = Math.max(0, in.read(buffer));
            return limit > 0;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private InputException failed(IOException e) {
        return e instanceof EOFException || e instanceof ZipException
                ? malformed("the gzip stream is broken: " + e.getMessage())
                : InputFiles.unreadable(file, e);
    }

    /** Number of the line last read, from 1. */
    long line() {
        return line;
    }

    ReadLimits limits() {
        return limits;
    }

    Path file() {
        return file;
    }

    /** An error in the line last read. */
    MalformedFileException malformed(String detail) {
        return malformed(line, detail);
    }

    MalformedFileException malformed(long where, String detail) {
        return new MalformedFileException(file, "line " + where + ": " + detail);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
