package org.plumbline.batch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.model.Example;
import org.plumbline.text.TokenSequence;

/**
 * Token sequences on disk, in records of one size, so that any of them can be read at any time by any thread and memory
 * does not grow with their number. The file is temporary: it ends with this object.
 *
 * <p>A record of length {@code L}: number of fed positions, {@code L + 1} tokens (both {@code int}, big-endian) and
 * {@code L} bytes that are 1 where a position bears loss.
 */
public final class SequenceFile implements Sequences, AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final FileChannel channel;
    private final Path path;
    private final int length;
    private final SequenceLengths lengths;
    private final String digest;

    private SequenceFile(FileChannel channel, Path path, int length, SequenceLengths lengths, String digest) {
        this.channel = channel;
        this.path = path;
        this.length = length;
        this.lengths = lengths;
        this.digest = digest;
    }

    /**
     * Writes all sequences to a new temporary file.
     *
     * @param folder where the file is made
     * @param length {@code L} of every sequence
     * @throws InputException if there is no sequence, or the disk is full
     */
    public static SequenceFile write(Path folder, int length, Iterator<TokenSequence> sequences) {
        Path path = folder.resolve("plumbline-sequences-" + ProcessHandle.current().pid() + "-"
                + Long.toHexString(System.nanoTime()) + ".tmp");
        FileChannel channel = open(path);
        try {
            MessageDigest digest = Hashes.sha256();
            int[] counts = new int[length + 1];
            ByteBuffer records = ByteBuffer.allocate(Math.max(BUFFER_BYTES, bytes(length)));
            while (sequences.hasNext()) {
                if (records.remaining() < bytes(length)) {
                    write(channel, records, digest);
                }
                TokenSequence sequence = sequences.next();
                counts[sequence.fed()]++;
                put(sequence, records);
            }
            write(channel, records, digest);
            SequenceLengths lengths = SequenceLengths.of(counts);
            if (lengths.sequences() == 0) {
                throw new InputException(
                        "data: found no sequence with a position that bears loss, expected at least one");
            }
            return new SequenceFile(channel, path, length, lengths, Hashes.hexadecimal(digest));
        } catch (IOException e) {
            close(channel);
            throw new InputException(path + ": sequences cannot be written: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            close(channel);
            throw e;
        }
    }

    /** Where the system allows it the name is gone from here on, so that a killed process leaves nothing behind. */
    private static FileChannel open(Path path) {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
                StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        try {
            return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                    ? FileChannel.open(path, options, PosixFilePermissions.asFileAttribute(
                            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)))
                    : FileChannel.open(path, options);
        } catch (IOException e) {
            throw new InputException(path + ": sequences cannot be written: " + e.getMessage(), e);
        }
    }

    private static void write(FileChannel channel, ByteBuffer records, MessageDigest digest) throws IOException {
        records.flip();
        digest.update(records.duplicate());
        while (records.hasRemaining()) {
            channel.write(records);
        }
        records.clear();
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // The failure that led here is the one to report.
        }
    }

    private static int bytes(int length) {
        return Math.addExact(Math.multiplyExact(length + 2, Integer.BYTES), length);
    }

    private static void put(TokenSequence sequence, ByteBuffer record) {
        record.putInt(sequence.fed());
        for (int token : sequence.tokens()) {
            record.putInt(token);
        }
        for (boolean counts : sequence.loss()) {
            record.put((byte) (counts ? 1 : 0));
        }
    }

    @Override
    public int size() {
        return lengths.sequences();
    }

    /** {@code L}. */
    public int length() {
        return length;
    }

    /** SHA-256 of all records: of tokens, masks and order. */
    public String digest() {
        return digest;
    }

    /** Without its padding. */
    @Override
    public Example get(int m) {
        return sequence(m).trimmed().example();
    }

    @Override
    public int longest() {
        return lengths.longest();
    }

    /** How long the sequences are. */
    public SequenceLengths lengths() {
        return lengths;
    }

    /** Sequence {@code m}; which documents it is of is not kept. */
    public TokenSequence sequence(int m) {
        if (m < 0 || m >= size()) {
            throw new IndexOutOfBoundsException("sequence " + m + " of " + size());
        }
        ByteBuffer record = ByteBuffer.allocate(bytes(length));
        try {
            long at = (long) m * record.capacity();
            while (record.hasRemaining()) {
                int read = channel.read(record, at + record.position());
                if (read < 0) {
                    throw new InputException(path + ": ends inside sequence " + m + ": it was cut off while in use");
                }
            }
        } catch (IOException e) {
            throw new InputException(path + ": sequence " + m + " cannot be read: " + e.getMessage(), e);
        }
        record.flip();
        int fed = record.getInt();
        int[] tokens = new int[length + 1];
        for (int t = 0; t < tokens.length; t++) {
            tokens[t] = record.getInt();
        }
        boolean[] loss = new boolean[length];
        for (int t = 0; t < length; t++) {
            loss[t] = record.get() != 0;
        }
        return new TokenSequence(tokens, fed, loss, List.of());
    }

    /** The tokens of sequence {@code m} without padding. */
    public int[] tokens(int m) {
        TokenSequence sequence = sequence(m);
        return Arrays.copyOf(sequence.tokens(), sequence.fed() + 1);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new InputException(path + ": cannot be closed: " + e.getMessage(), e);
        }
    }
}
