package org.plumbline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Writes a {@code float64} matrix {@code [rows, columns]} as {@link Npy} does, from blocks of neighboring columns, so
 * that memory holds one block and never the matrix.
 */
public final class NpyColumns {
    private final FileChannel channel;
    private final Path path;
    private final int rows;
    private final int columns;
    private final long begin;
    private int next;

    private NpyColumns(FileChannel channel, Path path, int rows, int columns, long begin) {
        this.channel = channel;
        this.path = path;
        this.rows = rows;
        this.columns = columns;
        this.begin = begin;
    }

    /** What gives the blocks, from the first column to the last. */
    @FunctionalInterface
    public interface Blocks {
        /** Adds all blocks to {@code matrix}. */
        void addTo(NpyColumns matrix) throws IOException;
    }

    /**
     * Writes the file atomically, replacing it if it exists.
     *
     * @throws InputException if the file cannot be written
     * @throws IllegalArgumentException if the blocks do not fill the matrix
     */
    public static void write(Path path, int rows, int columns, Blocks blocks) {
        AtomicFiles.writeChannel(path, channel -> {
            byte[] header = Npy.header("<f8", new int[] {rows, columns});
            writeAll(channel, ByteBuffer.wrap(header), 0);
            NpyColumns matrix = new NpyColumns(channel, path, rows, columns, header.length);
            blocks.addTo(matrix);
            if (matrix.next != columns) {
                throw new IllegalArgumentException(
                        path + ": found " + matrix.next + " columns, expected " + columns);
            }
        });
    }

    /**
     * Adds the next {@code n} columns.
     *
     * @param block {@code [n, rows]}, row-major: one column after the other
     */
    public void add(double[] block) throws IOException {
        int width = block.length / rows;
        if (width * rows != block.length || width > columns - next) {
            throw new IllegalArgumentException(path + ": found " + block.length + " values, expected a multiple of "
                    + rows + " and at most " + (columns - next) + " columns more");
        }
        ByteBuffer line = ByteBuffer.allocate(Math.multiplyExact(width, Double.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            line.clear();
            for (int column = 0; column < width; column++) {
                line.putDouble(block[column * rows + row]);
            }
            writeAll(channel, line.flip(), begin + Double.BYTES * ((long) row * columns + next));
        }
        next += width;
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        for (long position = at; bytes.hasRemaining(); ) {
            position += channel.write(bytes, position);
        }
    }
}
