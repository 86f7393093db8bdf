package org.plumbline.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plumbline.io.InputException;
import org.plumbline.model.Example;
import org.plumbline.random.RandomStreams;
import org.plumbline.text.TokenSequence;

class SequenceFileTest {

    @TempDir
    private Path folder;

    private static List<TokenSequence> draw(int length, int count, long seed) {
        RandomGenerator random = RandomStreams.of(seed, "sequences", 0);
        List<TokenSequence> sequences = new ArrayList<>();
        for (int m = 0; m < count; m++) {
            int fed = random.nextInt(1, length + 1);
            int[] tokens = new int[length + 1];
            boolean[] loss = new boolean[length];
            for (int t = 0; t <= fed; t++) {
                tokens[t] = random.nextInt();
            }
            for (int t = 0; t < fed; t++) {
                loss[t] = random.nextBoolean();
            }
            sequences.add(new TokenSequence(tokens, fed, loss, List.of()));
        }
        return sequences;
    }

    private SequenceFile write(int length, List<TokenSequence> sequences) {
        return SequenceFile.write(folder, length, sequences.iterator());
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any of them, in any order, as often as one likes. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 5", "4, 7", "9, 3"})
    void whatIsReadIsWhatWasWritten(int length, int count) throws IOException {
        List<TokenSequence> sequences = draw(length, count, length);
        try (SequenceFile file = write(length, sequences)) {
            assertEquals(count, file.size());
            assertEquals(length, file.length());
            assertEquals(sequences.stream().mapToInt(TokenSequence::fed).max().orElseThrow(), file.longest());
            assertEquals(sequences.stream().mapToLong(TokenSequence::fed).sum(), file.lengths().fed());
            for (int m : new int[] {count - 1, 0, count / 2, 0}) {
                TokenSequence expected = sequences.get(m);
                TokenSequence found = file.sequence(m);
                assertArrayEquals(expected.tokens(), found.tokens());
                assertArrayEquals(expected.loss(), found.loss());
                assertEquals(expected.fed(), found.fed());
                assertArrayEquals(Arrays.copyOf(expected.tokens(), expected.fed() + 1), file.tokens(m));
                // A sequence runs without its padding.
                Example example = file.get(m);
                Example trimmed = expected.trimmed().example();
                assertEquals(expected.fed(), example.length());
                assertArrayEquals(trimmed.indices(Example.TOKENS), example.indices(Example.TOKENS));
                assertArrayEquals(trimmed.reals(Example.WEIGHTS), example.reals(Example.WEIGHTS));
                assertArrayEquals(trimmed.reals(Example.FED), example.reals(Example.FED));
            }
            assertThrows(IndexOutOfBoundsException.class, () -> file.sequence(count));
            assertThrows(IndexOutOfBoundsException.class, () -> file.sequence(-1));
        }
        assertEquals(List.of(), files());
    }

    /** The digest is that of tokens, masks and order. */
    @Test
    void theDigestTellsTokensMasksAndOrderApart() {
        List<TokenSequence> sequences = draw(3, 4, 1);
        String digest = digest(sequences);
        assertEquals(digest, digest(draw(3, 4, 1)));
        List<TokenSequence> turned = new ArrayList<>(sequences);
        Collections.reverse(turned);
        assertNotEquals(digest, digest(turned));
        TokenSequence first = sequences.getFirst();
        int[] tokens = first.tokens().clone();
        tokens[0]++;
        boolean[] loss = first.loss().clone();
        loss[0] = !loss[0];
        for (TokenSequence other : List.of(new TokenSequence(tokens, first.fed(), first.loss(), List.of()),
                new TokenSequence(first.tokens(), first.fed(), loss, List.of()),
                new TokenSequence(first.tokens(), first.fed() % 3 + 1, first.loss(), List.of()))) {
            List<TokenSequence> changed = new ArrayList<>(sequences);
            changed.set(0, other);
            assertNotEquals(digest, digest(changed));
        }
    }

    private String digest(List<TokenSequence> sequences) {
        try (SequenceFile file = write(3, sequences)) {
            return file.digest();
        }
    }

    /** So nothing is left of a corpus when a process ends, however it does. */
    @Test
    void theFileHasNoNameFromTheBeginning() {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "names stay on this system");
        try (SequenceFile file = SequenceFile.write(folder, 3, draw(3, 4, 1).stream()
                .peek(_ -> assertEquals(List.of(), files())).iterator())) {
            assertEquals(List.of(), files());
            assertEquals(4, file.size());
        }
    }

    /** Whatever goes wrong while it is written, no file is left. */
    @Test
    void nothingIsLeftOfWhatCannotBeWritten() {
        InputException empty = assertThrows(InputException.class, () -> write(3, List.of()));
        assertTrue(empty.getMessage().contains("no sequence"), empty.getMessage());
        assertEquals(List.of(), files());
        assertThrows(IllegalStateException.class, () -> SequenceFile.write(folder, 3, draw(3, 4, 1).stream()
                .peek(sequence -> {
                    throw new IllegalStateException("cut off");
                })
                .iterator()));
        assertEquals(List.of(), files());
        Path missing = folder.resolve("missing");
        InputException refused = assertThrows(InputException.class,
                () -> SequenceFile.write(missing, 3, draw(3, 4, 1).iterator()));
        assertTrue(refused.getMessage().contains(missing.toString()), refused.getMessage());
    }

    @Test
    void whatIsClosedIsNotRead() {
        SequenceFile file = write(3, draw(3, 2, 1));
        file.close();
        InputException refused = assertThrows(InputException.class, () -> file.sequence(1));
        assertTrue(refused.getMessage().contains("sequence 1 cannot be read"), refused.getMessage());
    }
}
