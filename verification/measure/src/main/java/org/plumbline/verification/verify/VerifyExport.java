package org.plumbline.verification.verify;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.Damping;
import org.plumbline.influence.InfluenceScores;
import org.plumbline.io.InputException;
import org.plumbline.io.InputFiles;
import org.plumbline.io.Json;
import org.plumbline.io.Npy;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.text.HuggingFaceTokenizer;

/**
 * Everything that a run measured, in the formats of the other commands, so that {@code fit} and {@code scores} can give
 * its numbers again: {@code model/}, {@code data.jsonl} (one sequence a line), {@code queries.jsonl},
 * {@code damping.json} (for {@code --damping-absolute}), and for each row of the table {@code scores/<row>.npy
 * [queries, sequences]} with {@code raw = −∇fᵀ (C + λ)⁻¹ ∇L}.
 */
public final class VerifyExport {
    private final Path folder;

    private VerifyExport(Path folder) {
        this.folder = folder;
    }

    /**
     * An export into a new or empty folder.
     *
     * @throws InputException if the folder holds anything, or cannot be made
     */
    public static VerifyExport into(Path folder) {
        try {
            Files.createDirectories(folder);
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    throw new InputException(
                            folder + ": found '" + entry.getFileName() + "', expected an empty folder");
                }
            }
            Files.createDirectories(folder.resolve("scores"));
            Files.createDirectories(folder.resolve("model"));
        } catch (IOException e) {
            throw InputFiles.unreadable(folder, e);
        }
        return new VerifyExport(folder);
    }

    /** Writes what rows are computed from. */
    void inputs(TrainedModel trained, VerifyData data, BlockSpace space, Damping damping) {
        Path model = folder.resolve("model");
        new PretrainedModel(trained.model(), trained.parameters()).save(model);
        data.vocabulary().save(model.resolve(HuggingFaceTokenizer.FILE));
        List<Map<String, String>> documents = new ArrayList<>();
        for (int m = 0; m < data.texts().size(); m++) {
            documents.add(record("id", Integer.toString(m), "text", data.texts().get(m)));
        }
        lines("data.jsonl", documents);
        List<Map<String, String>> queries = new ArrayList<>();
        for (Query query : data.queries()) {
            queries.add(record("id", Integer.toString(queries.size()), "prompt", query.prompt(), "completion",
                    query.completion()));
        }
        lines("queries.jsonl", queries);
        SequencedMap<String, Double> lambdas = new LinkedHashMap<>();
        for (int l = 0; l < space.blocks().size(); l++) {
            lambdas.put(space.blocks().get(l).name(), damping.of(l));
        }
        Json.write(folder.resolve("damping.json"), Map.of("damping", lambdas));
    }

    private static SequencedMap<String, String> record(String... namesAndValues) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    private void lines(String name, List<Map<String, String>> records) {
        Json.writeLines(folder.resolve(name), records::forEach);
    }

    /** Writes the scores of a row. */
    void scores(String row, InfluenceScores scores) {
        double[][] raw = scores.raw();
        Npy.write(file(folder, row), Arrays.stream(raw).flatMapToDouble(Arrays::stream).toArray(),
                raw.length, raw[0].length);
    }

    /** The file of a row's scores: its name in small letters, every other character but digits a dash. */
    public static Path file(Path folder, String row) {
        String name = row.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return folder.resolve("scores").resolve(name + ".npy");
    }
}
