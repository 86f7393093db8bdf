package org.plumbline.verification.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.plumbline.io.StoreFolder;

/** Another process that is about to write to folders, until its standard input ends. */
final class LockHolder {
    private LockHolder() {}

    /** The arguments: a folder, a kind of store, and so on. */
    public static void main(String[] arguments) throws IOException {
        List<StoreFolder> held = new ArrayList<>();
        for (int i = 0; i < arguments.length; i += 2) {
            held.add(StoreFolder.claim(Path.of(arguments[i]), arguments[i + 1], new LinkedHashMap<>()));
        }
        System.out.println("held " + held.size());
        while (System.in.read() >= 0) {
            // Waits for the end.
        }
        held.forEach(StoreFolder::close);
    }
}
