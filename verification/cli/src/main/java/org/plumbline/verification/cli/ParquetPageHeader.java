package org.plumbline.verification.cli;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header of a page: a structure {@code PageHeader} of Parquet's format in the compact protocol of Thrift.
 *
 * @param bytes of the header itself
 * @param compressedBytes of the page after it
 * @param values of a page of data; 0 for a dictionary
 */
record ParquetPageHeader(int bytes, long compressedBytes, long values) {
    private static final int COMPRESSED_SIZE = 3;
    private static final int DATA_PAGE = 5;
    private static final int DATA_PAGE_V2 = 8;
    private static final int DEEPEST = 16;

    /** Reads one, or gives {@code null} if the bytes do not begin with a whole one. */
    static @Nullable ParquetPageHeader read(ByteBuffer bytes) {
        Reader reader = new Reader(bytes);
        try {
            return reader.struct(0, 0) && reader.compressed >= 0
                    ? new ParquetPageHeader(bytes.position(), reader.compressed, Math.max(0, reader.values)) : null;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return null;
        }
    }

    private static final class Reader {
        private final ByteBuffer bytes;
        private long compressed = -1;
        private long values;

        private Reader(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        /** Reads a structure; false if it is none. */
        private boolean struct(int depth, int within) {
            int field = 0;
            while (depth < DEEPEST) {
                int head = Byte.toUnsignedInt(bytes.get());
                if (head == 0) {
                    return true;
                }
                field = head >> 4 == 0 ? (int) zigzag() : field + (head >> 4);
                if (!value(head & 15, depth, depth == 0 ? field : 0, within == 0 ? 0 : field, within)) {
                    return false;
                }
            }
            return false;
        }

        /**
         * Reads a value.
         *
         * @param top which field of the header it is, or 0
         * @param inner which field of a part of the header it is, or 0
         * @param within which part that is
         */
        private boolean value(int type, int depth, int top, int inner, int within) {
            switch (type) {
                case 1, 2 -> { }
                case 3 -> bytes.get();
                case 4, 5, 6 -> {
                    long number = zigzag();
                    if (top == COMPRESSED_SIZE) {
                        compressed = number;
                    } else if (inner == 1 && (within == DATA_PAGE || within == DATA_PAGE_V2)) {
                        values = number;
                    }
                }
                case 7 -> bytes.getLong();
                case 8 -> skip(varint());
                case 9, 10 -> {
                    int head = Byte.toUnsignedInt(bytes.get());
                    long size = head >> 4 == 15 ? varint() : head >> 4;
                    for (long i = 0; i < size; i++) {
                        int element = head & 15;
                        if (!value(element == 1 || element == 2 ? 3 : element, depth + 1, 0, 0, 0)) {
                            return false;
                        }
                    }
                }
                case 12 -> {
                    return struct(depth + 1, top);
                }
                default -> {
                    return false;
                }
            }
            return depth < DEEPEST;
        }

        private void skip(long length) {
            if (length < 0 || length > bytes.remaining()) {
                throw new BufferUnderflowException();
            }
            bytes.position(bytes.position() + (int) length);
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = bytes.get();
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a number has more than 64 bits");
        }

        private long zigzag() {
            long value = varint();
            return value >>> 1 ^ -(value & 1);
        }
    }
}
