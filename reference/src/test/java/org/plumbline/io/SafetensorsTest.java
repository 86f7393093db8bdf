package org.plumbline.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

    @TempDir
    Path folder;

    @Property(tries = 100)
    void whatIsWrittenIsReadBackBitForBit(
            @ForAll @Size(max = 40) double[] doubles,
            @ForAll @Size(max = 40) float[] floats,
            @ForAll @Size(max = 40) int[] ints,
            @ForAll @StringLength(max = 20) String metadata)
            throws IOException {
        Path file = Files.createTempFile("plumbline", ".safetensors");
        try {
            new SafetensorsWriter()
                    .metadata("note", wellFormed(metadata))
                    .add("ints", ints, ints.length)
                    .add("doubles", doubles, 1, doubles.length)
                    .add("floats", floats, floats.length, 1)
                    .write(file);
            try (SafetensorsFile read = SafetensorsFile.open(file)) {
                assertArrayEquals(doubles, read.doubles("doubles"));
                assertArrayEquals(floats, read.floats("floats"));
                assertArrayEquals(ints, read.ints("ints"));
                assertArrayEquals(new int[] {1, doubles.length}, read.shape("doubles"));
                assertEquals(Map.of("note", wellFormed(metadata)), read.metadata());
                assertEquals(Set.of("ints", "doubles", "floats"), read.names());
            }
        } finally {
            Files.delete(file);
        }
    }

    /** A lone surrogate has no UTF-8 form. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    @Test
    void bytesDependOnContentNotOnTheOrderOfCalls() throws IOException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        new SafetensorsWriter()
                .metadata("b", "2")
                .metadata("a", "1")
                .add("x", new float[3], 3)
                .add("y", new double[2], 2)
                .write(one);
        new SafetensorsWriter()
                .add("y", new double[2], 2)
                .metadata("a", "1")
                .add("x", new float[3], 3)
                .metadata("b", "2")
                .write(two);
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
        assertEquals(0, ByteBuffer.wrap(Files.readAllBytes(one)).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8);
    }

    @Test
    void nonFiniteValuesKeepTheirBits() {
        Path file = folder.resolve("nan");
        double[] values = {Double.NaN, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE};
        new SafetensorsWriter().add("x", values, 4).write(file);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertArrayEquals(values, read.doubles("x"));
        }
    }

    @Test
    void aModelWrittenByAnotherImplementationIsRead() throws Exception {
        Path model = Path.of(getClass().getResource("/fixtures/decoders/gpt2/model.safetensors").toURI());
        Path golden = Path.of(getClass().getResource("/fixtures/decoders/gpt2/golden.safetensors").toURI());
        try (SafetensorsFile m = SafetensorsFile.open(model); SafetensorsFile g = SafetensorsFile.open(golden)) {
            assertArrayEquals(new int[] {13, 8}, m.shape("transformer.wte.weight"));
            for (String name : m.names()) {
                assertArrayEquals(m.shape(name), g.shape("hvp.0." + name), name);
            }
            double[] block = g.doubles("G.transformer.h.0.mlp.c_fc");
            int n = g.shape("G.transformer.h.0.mlp.c_fc")[0];
            double trace = 0;
            for (int i = 0; i < n; i++) {
                trace += block[i * n + i];
            }
            // A Gauss–Newton block is symmetric and its entries are at most its trace; the sums behind each entry
            // err by a few ε of that.
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    assertEquals(block[i * n + j], block[j * n + i], 8 * Math.ulp(trace));
                }
            }
            // damping = 0.1 · mean diag G; n additions of positive terms err by at most n·ε relatively.
            double damping = g.doubles("damping.transformer.h.0.mlp.c_fc")[0];
            assertEquals(damping, 0.1 * trace / n, n * Math.ulp(1.0) * damping);
        }
    }

    @Test
    void everyDtypeConvertsExactly() {
        assertArrayEquals(new double[] {1.0009765625, -65504}, load("F16", 2, 0x01, 0x3c, 0xff, 0xfb));
        assertArrayEquals(new double[] {1.0078125, Double.NEGATIVE_INFINITY}, load("BF16", 2, 0x81, 0x3f, 0x80, 0xff));
        assertArrayEquals(new double[] {-2}, load("I64", 1, 0xfe, 255, 255, 255, 255, 255, 255, 255));
        assertArrayEquals(new double[] {-2}, load("I32", 1, 0xfe, 255, 255, 255));
        assertArrayEquals(new double[] {-2, 258}, load("I16", 2, 0xfe, 255, 2, 1));
        assertArrayEquals(new double[] {-2, 1}, load("I8", 2, 0xfe, 1));
        assertArrayEquals(new double[] {4294967294.0}, load("U32", 1, 0xfe, 255, 255, 255));
        assertArrayEquals(new double[] {65534}, load("U16", 1, 0xfe, 255));
        assertArrayEquals(new double[] {254}, load("U8", 1, 0xfe));
        assertArrayEquals(new double[] {0, 1}, load("BOOL", 2, 0, 1));
        assertArrayEquals(new double[] {1}, load("F32", 1, 0, 0, 0x80, 0x3f));
    }

    @Test
    void lossyConversionsAreRefused() {
        InputException large = assertThrows(InputException.class, () -> load("I64", 1, 1, 0, 0, 0, 0, 0, 0x20, 0));
        assertTrue(large.getMessage().contains("element 0 is 9007199254740993"), large.getMessage());
        assertThrows(MalformedFileException.class, () -> load("BOOL", 1, 2));
        Path file = folder.resolve("x");
        new SafetensorsWriter()
                .add("big", new double[] {1e300}, 1)
                .add("long", new long[] {1L << 31}, 1)
                .write(file);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThrows(InputException.class, () -> read.floats("big"));
            assertThrows(InputException.class, () -> read.ints("big"));
            assertThrows(InputException.class, () -> read.ints("long"));
            assertThrows(InputException.class, () -> read.requireShape("big", 1, 1));
            InputException missing = assertThrows(InputException.class, () -> read.doubles("w"));
            assertTrue(missing.getMessage().contains("'w'") && missing.getMessage().contains("big, long"));
        }
    }

    private double[] load(String dtype, int count, int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        Path file = raw("{\"t\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + count + "],\"data_offsets\":[0,"
                + data.length + "]}}", data);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            return read.doubles("t");
        }
    }

    private Path raw(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(json.length).put(json).put(data);
        try {
            return Files.write(Files.createTempFile(folder, "raw", ".safetensors"), buffer.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each header is followed by 16 data bytes; quotes are written as '. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[] | begin with '{'",
                "{'a':1} | 'a': expected an object of dtype",
                "{'a':{'dtype':'F64','shape':[2]}} | 'a': expected an object of dtype",
                "{'a':{'dtype':'F64','shape':[2],'data_offsets':[0,16]} | line 1",
                "{'a':{'dtype':'F8','shape':[2],'data_offsets':[0,16]}} | found dtype \"F8\"",
                "{'a':{'dtype':'F64','shape':[-2],'data_offsets':[0,16]}} | found shape [-2]",
                "{'a':{'dtype':'F64','shape':[2.0],'data_offsets':[0,16]}} | found shape [2.0]",
                "{'a':{'dtype':'F64','shape':2,'data_offsets':[0,16]}} | found shape 2",
                "{'a':{'dtype':'F64','shape':[3],'data_offsets':[0,16]}} | need 24",
                "{'a':{'dtype':'F64','shape':[3],'data_offsets':[0,24]}} | <= 16",
                "{'a':{'dtype':'F64','shape':[2],'data_offsets':[16,0]}} | data_offsets [16,0]",
                "{'a':{'dtype':'F64','shape':[2],'data_offsets':[0,99999999999999999999]}} | data_offsets",
                "{'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]}} | found 16 data bytes",
                "{'a':{'dtype':'F64','shape':[1],'data_offsets':[8,16]}} | leaving a gap",
                "{'a':{'dtype':'F64','shape':[2],'data_offsets':[0,16]},"
                        + "'b':{'dtype':'F64','shape':[1],'data_offsets':[8,16]}} | inside the tensor",
                "{'a':{'dtype':'F64','shape':[2],'data_offsets':[0,16]},"
                        + "'a':{'dtype':'F64','shape':[2],'data_offsets':[0,16]}} | uplicate",
                "{'a':{'dtype':'F64','shape':[2147483647,2147483647,2147483647],'data_offsets':[0,16]}} "
                        + "| more elements",
                "{'__metadata__':{'a':1},'a':{'dtype':'F64','shape':[2],'data_offsets':[0,16]}} | __metadata__ 'a'",
                "{'a':{'dtype':'F64','shape':[2],'data_offsets':[0,16]}} {} | line 1"
            })
    void aMalformedHeaderIsRefusedWithItsReason(String header, String reason) {
        Path file = raw(header.replace('\'', '"'), new byte[16]);
        MalformedFileException e = assertThrows(MalformedFileException.class, () -> SafetensorsFile.open(file));
        assertTrue(e.getMessage().startsWith(file.toString()) && e.getMessage().contains(reason), e.getMessage());
        assertEquals(file, e.path());
    }

    @Test
    void deepNestingIsRefused() {
        Path file = raw("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", new byte[0]);
        assertThrows(MalformedFileException.class, () -> SafetensorsFile.open(file));
    }

    @Property(tries = 50)
    void anyTruncationIsRefused(@ForAll @IntRange(max = 10_000) int cut) throws IOException {
        Path file = Files.createTempFile("plumbline", ".safetensors");
        try {
            new SafetensorsWriter().add("x", new double[5], 5).add("y", new float[3], 3).write(file);
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(whole, cut % whole.length));
            assertThrows(MalformedFileException.class, () -> SafetensorsFile.open(file));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void aHeaderLengthBeyondTheFileOrTheCapIsRefused() throws IOException {
        for (long length : new long[] {9, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            Path file = folder.resolve("length");
            Files.write(file, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
            assertThrows(MalformedFileException.class, () -> SafetensorsFile.open(file));
        }
    }

    /** A sparse file: 3 GB on paper, a few kilobytes on the disk. */
    @Test
    void tensorsBeyondTwoGigabytesAreReached() throws IOException {
        long first = 3_000_000_000L;
        String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[3,1000000000],\"data_offsets\":[0," + first
                + "]},\"b\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[" + first + "," + (first + 8) + "]}}";
        Path file = raw(header, new byte[0]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(
                    ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(0, 42),
                    channel.size() + first);
        }
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertArrayEquals(new double[] {42}, read.doubles("b"));
            assertArrayEquals(new int[0], read.shape("b"));
            assertThrows(InputException.class, () -> read.doubles("a"));
        }
    }

    @Test
    void writerRefusesWhatItCannotWrite() {
        SafetensorsWriter writer = new SafetensorsWriter().add("x", new double[2], 2);
        assertThrows(IllegalArgumentException.class, () -> writer.add("x", new double[2], 2));
        assertThrows(IllegalArgumentException.class, () -> writer.add("y", new double[2], 3));
        assertThrows(IllegalArgumentException.class, () -> writer.add("z", new double[2], -1, -2));
        assertThrows(IllegalArgumentException.class, () -> writer.add("__metadata__", new double[2], 2));
    }

    @Test
    void loadsAfterCloseFail() {
        Path file = folder.resolve("closed");
        new SafetensorsWriter().add("x", new double[2], 2).write(file);
        SafetensorsFile read = SafetensorsFile.open(file);
        read.close();
        read.close();
        assertThrows(IllegalStateException.class, () -> read.doubles("x"));
    }
}
