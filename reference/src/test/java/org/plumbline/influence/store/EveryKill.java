package org.plumbline.influence.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.plumbline.io.MortalFileSystem;

/** The process of {@link EveryKillTest}: it fits and scans again and again, each time up to another end. */
final class EveryKill {
    private static final int WIDTH = 2;
    /** Runs that are killed more than once. */
    private static final int CHAINS = 8;

    private final Path folder;
    private final int sequences;
    private final Map<String, String> expected;

    private EveryKill(Path folder, int sequences, Map<String, String> expected) {
        this.folder = folder;
        this.sequences = sequences;
        this.expected = expected;
    }

    /** Throws if a run ends other than one that nothing disturbed; the arguments: a folder, and how many sequences. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int sequences = Integer.parseInt(arguments[1]);
        MortalFileSystem undisturbed = new MortalFileSystem(Integer.MAX_VALUE);
        Path whole = folder.resolve("whole");
        FitAndScan.run(undisturbed.path(whole), WIDTH, sequences);
        EveryKill kills = new EveryKill(folder, sequences, StoreProcess.digests(whole));
        for (int changes = 0; changes < undisturbed.changes(); changes++) {
            kills.after(changes);
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int chain = 0; chain < CHAINS; chain++) {
            kills.after(random.ints(5, 0, undisturbed.changes() / 2).toArray());
        }
        System.out.println("killed at " + undisturbed.changes() + " changes");
    }

    /** One run that is killed after so many changes, and again after so many more, and at last goes on to its end. */
    private void after(int... lifetimes) throws IOException {
        String name = "killed after " + Arrays.toString(lifetimes);
        Path run = folder.resolve(name);
        for (int lifetime : lifetimes) {
            try {
                FitAndScan.run(new MortalFileSystem(lifetime).path(run), WIDTH, sequences);
            } catch (MortalFileSystem.Killed _) {
                continue;
            }
            break;
        }
        FitAndScan.run(run, WIDTH, sequences);
        Map<String, String> found = StoreProcess.digests(run);
        if (!found.equals(expected)) {
            throw new AssertionError(name + ": found " + found + ", expected " + expected);
        }
    }
}
