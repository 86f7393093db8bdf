package org.plumbline.audit.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;

/** The files of one kind in a folder of Kronfluence: one, or one for each partition of data and modules. */
final class KronfluencePartitions {
    private static final Pattern NUMBERS = Pattern.compile(".*_data_partition(\\d+)_module_partition(\\d+)");

    private KronfluencePartitions() {}

    /**
     * The whole file if it is there, otherwise its partitions, by data and then by modules; none if there is nothing.
     *
     * @throws InputException if a partition is missing between others
     */
    static List<Path> files(Path folder, String name) {
        Path whole = folder.resolve(name + ".safetensors");
        if (Files.exists(whole)) {
            return List.of(whole);
        }
        List<Path> parts;
        try (Stream<Path> entries = Files.list(folder)) {
            parts = entries.filter(path -> path.getFileName().toString().startsWith(name + "_data_partition")
                            && path.getFileName().toString().endsWith(".safetensors"))
                    .sorted((a, b) -> ModuleNames.NATURAL.compare(
                            a.getFileName().toString(), b.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw InputFiles.unreadable(folder, e);
        }
        requireAll(folder, name, parts);
        return parts;
    }

    private static void requireAll(Path folder, String name, List<Path> parts) {
        int data = 0;
        int modules = 0;
        for (Path part : parts) {
            data = Math.max(data, data(part) + 1);
            modules = Math.max(modules, number(part, 2) + 1);
        }
        if (data * modules != parts.size()) {
            throw new InputException(folder + ": " + name + " has " + parts.size() + " partitions, expected "
                    + data * modules + ": " + data + " of the data times " + modules + " of the modules");
        }
    }

    /** Which partition of the data a file is of. */
    static int data(Path file) {
        return number(file, 1);
    }

    private static int number(Path file, int group) {
        String name = file.getFileName().toString().replaceFirst("\\.safetensors$", "");
        Matcher numbers = NUMBERS.matcher(name);
        if (!numbers.matches()) {
            throw new InputException(file + ": found this name, expected …_data_partition0_module_partition0");
        }
        return Integer.parseInt(numbers.group(group));
    }
}
