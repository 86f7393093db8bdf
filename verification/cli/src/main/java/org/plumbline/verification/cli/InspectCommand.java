package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.plumbline.io.Json;
import org.plumbline.verification.pretrained.ModelInspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plumbline inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        header = "Show a model's layers and what their curvature would cost.",
        description = "Checks the configuration, the shapes of all tensors and the tokenizer against each other. "
                + "Reads no weights.",
        footer = {"", "Example:", "  ./plumbline inspect models/pythia-70m"})
final class InspectCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MODEL",
            description = "Model folder: config.json and model.safetensors, or shards with their index.")
    private Path model;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        ModelInspection inspection = ModelInspection.of(model);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.print(Json.pretty(inspection));
            out.flush();
        } else {
            inspection.print(out);
        }
        return 0;
    }
}
