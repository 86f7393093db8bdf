package org.plumbline.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilesTest {

    @TempDir
    Path folder;

    private List<Path> contents() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void aFailedWriteLeavesTheOldContentAndNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "old");
        InputException full = assertThrows(
                InputException.class,
                () -> AtomicFiles.write(file, out -> {
                    out.write(new byte[1 << 20]);
                    throw new IOException("No space left on device");
                }));
        assertEquals(file + ": cannot be written: the disk is full", full.getMessage());
        assertThrows(
                IllegalStateException.class,
                () -> AtomicFiles.write(file, _ -> {
                    throw new IllegalStateException();
                }));
        assertEquals("old", Files.readString(file));
        assertEquals(List.of(file), contents());
    }

    @Test
    void aWriteReplacesTheOldContent() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "old content");
        AtomicFiles.write(file, out -> out.write('n'));
        assertEquals("n", Files.readString(file));
        assertEquals(List.of(file), contents());
    }

    @Test
    void aSymbolicLinkIsWrittenThrough() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        AtomicFiles.write(link, out -> out.write('n'));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("n", Files.readString(file));
    }

    @Test
    void targetsThatCannotBeWrittenAreNamed() {
        Path orphan = folder.resolve("missing/f");
        assertEquals(
                orphan + ": cannot be written: its folder does not exist",
                assertThrows(InputException.class, () -> AtomicFiles.write(orphan, _ -> {})).getMessage());
        InputException e = assertThrows(InputException.class, () -> AtomicFiles.write(folder, _ -> {}));
        assertTrue(e.getMessage().startsWith(folder + ": found a folder"), e.getMessage());
    }

    @Test
    void sourcesThatCannotBeReadAreNamed() {
        Path missing = folder.resolve("missing");
        assertEquals(
                missing + ": no such file",
                assertThrows(InputException.class, () -> InputFiles.bytes(missing)).getMessage());
        assertEquals(
                folder + ": found a folder, expected a file",
                assertThrows(InputException.class, () -> Hashes.sha256(folder)).getMessage());
    }

    @Test
    void messagesStayOnOneLine() {
        assertEquals("a\\u000ab\\u001b[31m\\u202e", new InputException("a\nb\u001b[31m\u202e").getMessage());
    }

    /** FIPS 180-4's own example. */
    @Test
    void sha256() throws IOException {
        String expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertEquals(expected, Hashes.sha256("abc".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(expected, Hashes.sha256(Files.writeString(folder.resolve("f"), "abc")));
    }

    /** A record as manifests use it. */
    record Manifest(String zebra, int apple, double damping, List<String> names) {}

    @Test
    void recordsRoundTripInDeclarationOrder() throws IOException {
        Path file = folder.resolve("m.json");
        Manifest manifest = new Manifest("z", 1, 0.1, List.of("a", "b"));
        Json.write(file, manifest);
        assertEquals(manifest, Json.read(file, Manifest.class));
        assertEquals(
                """
                {
                  "zebra" : "z",
                  "apple" : 1,
                  "damping" : 0.1,
                  "names" : [ "a", "b" ]
                }
                """,
                Files.readString(file));
    }

    @Test
    void mapsKeepTheirOrder() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("z", 1);
        map.put("a", Double.NaN);
        assertEquals("{\"z\":1,\"a\":\"NaN\"}", Json.line(map));
    }

    @Property
    void doublesRoundTripBitForBit(@ForAll double value) {
        byte[] json = Json.line(value).getBytes(StandardCharsets.UTF_8);
        assertEquals(value, Json.parse(Path.of("x"), json, Double.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"zebra\":\"z\",\"apple\":1,\"damping\":1,\"names\":[]} x",
                "{\"zebra\":\"z\",\"zebra\":\"z\",\"apple\":1,\"damping\":1,\"names\":[]}",
                "{\"zebra\":\"z\",\"apple\":1,\"damping\":1,\"names\":[],\"more\":1}",
                "{\"zebra\":\"z\",\"apple\":1,\"names\":[]}",
                "{\"zebra\":\"z\",\"apple\":1.5,\"damping\":1,\"names\":[]}",
                "null"
            })
    void jsonThatIsNotTheRecordIsRefused(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("m.json"), text);
        MalformedFileException e = assertThrows(MalformedFileException.class, () -> Json.read(file, Manifest.class));
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }

    @Test
    void nestingBeyondTheLimitIsRefused() {
        byte[] deepest = ("[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH)).getBytes(StandardCharsets.UTF_8);
        assertTrue(Json.parse(Path.of("x"), deepest).isArray());
        byte[] deeper = ("[" + new String(deepest, StandardCharsets.UTF_8) + "]").getBytes(StandardCharsets.UTF_8);
        assertThrows(MalformedFileException.class, () -> Json.parse(Path.of("x"), deeper));
    }

    @Property(tries = 100)
    void npyRoundTrips(
            @ForAll @Size(max = 30) double[] doubles,
            @ForAll @Size(max = 30) float[] floats,
            @ForAll @Size(max = 30) int[] ints)
            throws IOException {
        Path file = Files.createTempFile("plumbline", ".npy");
        try {
            Npy.write(file, doubles, doubles.length, 1);
            assertArrayEquals(doubles, Npy.read(file).values());
            assertArrayEquals(new int[] {doubles.length, 1}, Npy.read(file).shape());
            Npy.write(file, floats, floats.length);
            double[] widened = Npy.read(file).values();
            for (int i = 0; i < floats.length; i++) {
                assertEquals(floats[i], widened[i]);
            }
            Npy.write(file, ints, 1, 1, ints.length);
            assertArrayEquals(Arrays.stream(ints).asDoubleStream().toArray(), Npy.read(file).values());
        } finally {
            Files.delete(file);
        }
    }

    /** The bytes that NumPy 2 writes for {@code np.save(f, np.array([[1.5, -2.0]]))}. */
    @Test
    void npyAgreesWithNumpyByteForByte() throws IOException {
        byte[] header = ("\u0093NUMPY\u0001\0v\0{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"
                        + " ".repeat(58) + "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] file = Arrays.copyOf(header, 144);
        System.arraycopy(new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf8, 0x3f}, 0, file, 128, 8);
        System.arraycopy(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) 0xc0}, 0, file, 136, 8);
        Path path = folder.resolve("a.npy");
        Npy.write(path, new double[] {1.5, -2.0}, 1, 2);
        assertArrayEquals(file, Files.readAllBytes(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '>f8', 'fortran_order': False, 'shape': (2,), }",
                "{'descr': '<f8', 'fortran_order': True, 'shape': (2,), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647, 2147483647), }",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (1,,2), }",
                "{'descr': '<f8', 'shape': (2,), }",
                "import os"
            })
    void malformedNpyIsRefused(String dictionary) throws IOException {
        byte[] bytes = ("\u0093NUMPY\u0001\0" + (char) dictionary.length() + "\0" + dictionary + "\0".repeat(16))
                .getBytes(StandardCharsets.ISO_8859_1);
        Path file = Files.write(folder.resolve("bad.npy"), bytes);
        assertThrows(MalformedFileException.class, () -> Npy.read(file));
        Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(bytes, 12));
        assertThrows(MalformedFileException.class, () -> Npy.read(cut));
    }
}
