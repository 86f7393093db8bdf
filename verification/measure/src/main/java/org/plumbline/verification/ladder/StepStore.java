package org.plumbline.verification.ladder;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.plumbline.io.Folders;
import org.plumbline.io.Hashes;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import tools.jackson.databind.JsonNode;

/**
 * Results of long steps, a file each, written atomically: a run that was killed goes on after the last whole step. A
 * folder belongs to one configuration, whose digest every file carries.
 */
final class StepStore {
    private final Optional<Path> folder;
    private final String digest;
    private double foundSeconds;

    /**
     * @param folder absent to keep nothing
     * @param configuration everything that the results depend on
     * @throws InputException if the folder holds results of another configuration, or cannot be made
     */
    StepStore(Optional<Path> folder, Object configuration) {
        this.folder = folder.map(path -> path.resolve("steps"));
        this.digest = Hashes.sha256(Json.line(configuration).getBytes(StandardCharsets.UTF_8));
        this.folder.ifPresent(path -> prepare(path, configuration));
    }

    private void prepare(Path path, Object configuration) {
        Folders.make(path);
        Path file = path.resolve("configuration.json");
        if (!Files.exists(file)) {
            Json.write(file, configuration);
        } else if (!Json.pretty(Json.read(file)).equals(Json.pretty(configuration))) {
            throw new InputException(path + ": found results of another configuration, version or engine, expected"
                    + " those of this run; use another folder, or remove this one");
        }
    }

    private record Stored<T>(String configuration, double seconds, T value) {}

    /** How long the steps that were read took when they were worked out. */
    double foundSeconds() {
        return foundSeconds;
    }

    /** Whether the step needs no work. */
    boolean has(String name) {
        return folder.map(path -> Files.exists(path.resolve(name + ".json"))).orElse(false);
    }

    /**
     * The result of a step: read if it is there, else worked out and written.
     *
     * @param name of the file, without its ending
     * @param type a record
     * @throws InputException if the file belongs to another configuration or is damaged
     */
    <T> T step(String name, Class<T> type, Supplier<T> work) {
        if (folder.isEmpty()) {
            return work.get();
        }
        Path file = folder.get().resolve(name + ".json");
        if (Files.exists(file)) {
            JsonNode stored = Json.read(file);
            if (!digest.equals(stored.path("configuration").asString(""))) {
                throw new InputException(
                        file + ": found a result of another configuration; remove it to work it out again");
            }
            foundSeconds += stored.path("seconds").asDouble(0);
            return Json.parse(file, Json.line(stored.path("value")).getBytes(StandardCharsets.UTF_8), type);
        }
        long begin = System.nanoTime();
        T value = work.get();
        Json.write(file, new Stored<>(digest, (System.nanoTime() - begin) * 1e-9, value));
        return value;
    }
}
