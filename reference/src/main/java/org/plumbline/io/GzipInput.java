package org.plumbline.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * What a gzip file (RFC 1952) holds, all of its members one after the other, strictly: whatever follows a member is
 * another one, or zeros to the end. The JDK's stream takes a later member with a damaged header for the end of the
 * file, and drops what follows without a word.
 *
 * <p>A small file must not become an endless one: of a file that holds more than {@code ratio} times its own bytes,
 * {@value #FREE_BYTES} bytes are read and no more.
 */
public final class GzipInput extends InputStream {
    /** What any file may hold, however small it is. */
    public static final int FREE_BYTES = 1 << 24;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int FIRST = 0x1f;
    private static final int SECOND = 0x8b;
    private static final int DEFLATED = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final Path file;
    private final InputStream in;
    private final int ratio;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private int position;
    private int limit;
    private long taken;
    private long given;
    private int member;
    private boolean inside;
    private boolean ended;

    /**
     * @param file named in errors
     * @param in its bytes from the start; closed with this stream
     * @param ratio most times its own size that the file may hold
     */
    public GzipInput(Path file, InputStream in, int ratio) {
        this.file = file;
        this.in = in;
        this.ratio = ratio;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    /**
     * @throws ZipException if a member is damaged
     * @throws EOFException if the file ends inside one
     * @throws MalformedFileException if the file holds too many times its own size
     */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inside) {
                ended = !begin();
                continue;
            }
            int count = inflated(bytes, offset, length);
            if (count > 0) {
                checksum.update(bytes, offset, count);
                given += count;
                requireRatio();
                return count;
            }
            if (inflater.finished()) {
                finish();
            } else if (inflater.needsInput() && fill()) {
                inflater.setInput(buffer, position, limit - position);
                position = limit;
            } else {
                throw new EOFException("member " + member + " is cut off");
            }
        }
        return -1;
    }

    private int inflated(byte[] bytes, int offset, int length) throws ZipException {
        try {
            return inflater.inflate(bytes, offset, length);
        } catch (DataFormatException e) {
            throw new ZipException("member " + member + ": " + e.getMessage());
        }
    }

    private void requireRatio() {
        if (given > FREE_BYTES && given / ratio > taken) {
            throw new MalformedFileException(file, "found more than " + ratio + " times the " + taken
                    + " compressed bytes read so far, expected at most that (--limit ratio=N allows more)");
        }
    }

    /** Reads the header of the next member; {@code false} at the end of the file. */
    private boolean begin() throws IOException {
        int first = next();
        if (member > 0) {
            while (first == 0) {
                first = next();
            }
        }
        if (first < 0 && member > 0) {
            return false;
        }
        member++;
        if (first != FIRST || next() != SECOND || next() != DEFLATED) {
            throw new ZipException("found no header of member " + member + ", but something else");
        }
        int flags = required();
        if ((flags & RESERVED) != 0) {
            throw new ZipException("member " + member + " has unknown flags");
        }
        for (int i = 0; i < 6; i++) {
            required();
        }
        if ((flags & EXTRA) != 0) {
            int length = required() | required() << 8;
            for (int i = 0; i < length; i++) {
                required();
            }
        }
        skipText((flags & NAME) != 0);
        skipText((flags & COMMENT) != 0);
        if ((flags & HEADER_CHECKSUM) != 0) {
            required();
            required();
        }
        inflater.reset();
        inflater.setInput(buffer, position, limit - position);
        position = limit;
        checksum.reset();
        inside = true;
        return true;
    }

    private void skipText(boolean present) throws IOException {
        while (present && required() != 0) {
            continue;
        }
    }

    /** Checks what stands after a member. */
    private void finish() throws IOException {
        position = limit - inflater.getRemaining();
        long found = word();
        long size = word();
        if (found != checksum.getValue()) {
            throw new ZipException("member " + member + " has another checksum than its content");
        }
        if (size != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw new ZipException("member " + member + " has another size than it says");
        }
        inside = false;
    }

    private long word() throws IOException {
        long word = 0;
        for (int i = 0; i < 4; i++) {
            word |= (long) required() << 8 * i;
        }
        return word;
    }

    private int required() throws IOException {
        int value = next();
        if (value < 0) {
            throw new EOFException("member " + member + " is cut off");
        }
        return value;
    }

    private int next() throws IOException {
        return position < limit || fill() ? Byte.toUnsignedInt(buffer[position++]) : -1;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer));
        taken += limit;
        return limit > 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}
