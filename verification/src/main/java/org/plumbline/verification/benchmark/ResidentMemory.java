package org.plumbline.verification.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.plumbline.io.InputFiles;

/** Memory of this process as the operating system counts it. */
public final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {}

    /** The high-water mark that Linux keeps for a process, in words; mapped files that were read count too. */
    public static String peak() {
        try {
            return Files.isReadable(STATUS)
                    ? Files.readAllLines(STATUS).stream().filter(line -> line.startsWith("VmHWM:")).findFirst()
                            .map(line -> String.format(Locale.ROOT, "%.0f MB",
                                    Long.parseLong(line.replaceAll("\\D", "")) * 1024e-6)).orElse("unknown")
                    : "unknown on this system";
        } catch (IOException e) {
            throw InputFiles.unreadable(STATUS, e);
        }
    }
}
