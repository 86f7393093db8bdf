package org.plumbline.audit.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.plumbline.influence.Convention.Labels;
import org.plumbline.io.Json;
import tools.jackson.databind.JsonNode;

/** What {@code factor_arguments.json} says; versions differ in its other fields. */
final class KronfluenceArguments {
    private static final String FILE = "factor_arguments.json";

    private KronfluenceArguments() {}

    /** The labels of the curvature; empty without the file or the field. */
    static Optional<Labels> labels(Path folder) {
        Path file = folder.resolve(FILE);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        JsonNode empirical = Json.read(file).path("use_empirical_fisher");
        return empirical.isBoolean()
                ? Optional.of(empirical.asBoolean() ? Labels.TRAINING : Labels.MODEL)
                : Optional.empty();
    }
}
