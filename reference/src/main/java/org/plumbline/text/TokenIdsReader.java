package org.plumbline.text;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;
import org.plumbline.io.MalformedFileException;

/** Documents from a file of token ids. */
final class TokenIdsReader implements CorpusReader {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte[] NUMPY = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    private final Path file;
    private final String name;
    private final CorpusFormat.TokenIds format;
    private final int most;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long index;
    /** Tokens before the document last read. */
    private long before;

    TokenIdsReader(Path file, String name, CorpusFormat.TokenIds format, ReadLimits limits) {
        this.file = file;
        this.name = name;
        this.format = format;
        this.most = Math.max(1, limits.document() / Integer.BYTES);
        this.in = LineReader.open(file, false, limits);
    }

    @Override
    public @Nullable CorpusDocument next() {
        int[] tokens = new int[Math.max(16, Math.min(format.window(), 1 << 16))];
        long start = index;
        int size = 0;
        while (format.window() == 0 || size < format.window()) {
            if (position == limit && !fill()) {
                break;
            }
            int token = token();
            if (token == format.separator()) {
                if (size > 0) {
                    break;
                }
                start = index;
                continue;
            }
            if (size == tokens.length) {
                if (size >= most && format.window() == 0) {
                    throw new MalformedFileException(file, "token " + start + ": found more than " + most
                            + " tokens, expected the separator " + format.separator()
                            + " before (--limit document=N allows more)");
                }
                tokens = Arrays.copyOf(tokens, 2 * size);
            }
            tokens[size++] = token;
        }
        before = start;
        return size == 0 ? null : new CorpusDocument.Tokens(name + ":" + start, Arrays.copyOf(tokens, size));
    }

    @Override
    public DocumentPlace place() {
        return DocumentPlace.offset(name, before * format.bytesPerToken());
    }

    private int token() {
        int token = Byte.toUnsignedInt(buffer[position]) | Byte.toUnsignedInt(buffer[position + 1]) << 8;
        if (format.bytesPerToken() == 4) {
            token |= Byte.toUnsignedInt(buffer[position + 2]) << 16 | Byte.toUnsignedInt(buffer[position + 3]) << 24;
        }
        if (token < 0) {
            throw new MalformedFileException(file, "token " + index + ": found id " + Integer.toUnsignedString(token)
                    + ", expected at most " + Integer.MAX_VALUE + "; are tokens of 2 bytes?");
        }
        position += format.bytesPerToken();
        index++;
        return token;
    }

    private boolean fill() {
        try {
            position = 0;
            limit = in.readNBytes(buffer, 0, BUFFER_BYTES);
        } catch (IOException e) {
            throw failed(e);
        }
        if (index == 0 && limit >= NUMPY.length && Arrays.equals(buffer, 0, NUMPY.length, NUMPY, 0, NUMPY.length)) {
            throw new MalformedFileException(file, "found a NumPy header, expected token ids without a header");
        }
        if (limit % format.bytesPerToken() != 0) {
            throw new MalformedFileException(file, "found " + limit % format.bytesPerToken()
                    + " bytes after the last token, expected tokens of " + format.bytesPerToken() + " bytes");
        }
        return limit > 0;
    }

    private InputException failed(IOException e) {
        return e instanceof EOFException || e instanceof ZipException
                ? new MalformedFileException(file, "token " + index + ": the gzip stream is broken: " + e.getMessage())
                : InputFiles.unreadable(file, e);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
