package org.plumbline.verification.cli;

import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.ColumnMetaData;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.metadata.RowGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.plumbline.io.InputFiles;
import org.plumbline.io.MalformedFileException;

/**
 * Whether the pages of a Parquet file are where its footer says: those of each column follow one another without gaps
 * and end where the column ends, and hold as many values as it has. The reader trusts both, and does not come to an end
 * where they are damaged.
 */
final class ParquetPages {
    private static final int HEADER_BYTES = 1 << 12;
    private static final int MOST_HEADER_BYTES = 1 << 20;

    private final Path file;
    private final FileChannel channel;

    private ParquetPages(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Reads the headers of all pages, and no page.
     *
     * @throws MalformedFileException with the rows and the column whose pages are not as the footer says
     */
    static void require(Path file, FileMetaData footer) {
        try (FileChannel channel = FileChannel.open(file)) {
            ParquetPages pages = new ParquetPages(file, channel);
            long row = 1;
            for (RowGroup group : footer.rowGroups()) {
                for (ColumnChunk column : group.columns()) {
                    pages.require(column.metaData(), row, group.numRows());
                }
                row = Math.addExact(row, group.numRows());
            }
        } catch (IOException e) {
            throw InputFiles.unreadable(file, e);
        } catch (ArithmeticException e) {
            throw new MalformedFileException(file, "the Parquet file is damaged: its footer counts too many rows");
        }
    }

    private void require(ColumnMetaData column, long firstRow, long rows) throws IOException {
        String place = "rows " + firstRow + " to " + (firstRow + rows - 1) + ", column '" + column.pathInSchema()
                + "': the Parquet file is damaged: ";
        Long dictionary = column.dictionaryPageOffset();
        long at = dictionary != null && dictionary > 0
                ? Math.min(dictionary, column.dataPageOffset()) : column.dataPageOffset();
        long size = column.totalCompressedSize();
        if (rows < 0 || at < 0 || size < 0 || size > channel.size() - at) {
            throw new MalformedFileException(file, place + "found " + size + " bytes of pages from byte " + at
                    + ", expected them inside the file");
        }
        long end = at + size;
        long values = 0;
        while (at < end) {
            ParquetPageHeader header = header(at, end, place);
            if (header.compressedBytes() < 0 || header.compressedBytes() > end - at - header.bytes()
                    || header.values() < 0) {
                throw new MalformedFileException(file, place + "found a page of " + header.compressedBytes()
                        + " bytes at byte " + at + ", expected it to end before byte " + end);
            }
            at += header.bytes() + header.compressedBytes();
            values += header.values();
        }
        if (values != column.numValues()) {
            throw new MalformedFileException(file, place + "found pages of " + values + " values, expected "
                    + column.numValues());
        }
    }

    private ParquetPageHeader header(long at, long end, String place) throws IOException {
        for (int most : new int[] {HEADER_BYTES, MOST_HEADER_BYTES}) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(most, end - at));
            while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
                // Reads on.
            }
            ParquetPageHeader header = ParquetPageHeader.read(bytes.flip());
            if (header != null) {
                return header;
            }
        }
        throw new MalformedFileException(file, place + "found no header of a page at byte " + at);
    }
}
