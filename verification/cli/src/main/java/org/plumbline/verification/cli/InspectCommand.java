package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.plumbline.influence.store.FactorInspection;
import org.plumbline.influence.store.FactorStore;
import org.plumbline.io.Json;
import org.plumbline.verification.pretrained.ModelInspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plumbline inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        header = "Show a model's layers, or what a fit found in them.",
        description = "Of a model: what curvature of its layers would cost. Checks the configuration, the shapes of "
                + "all tensors and the tokenizer against each other; reads no weights. Of factors that fit wrote: "
                + "eigenvalues, damping and conditioning of each layer.",
        footer = {
            "",
            "Examples:",
            "  ./plumbline inspect models/pythia-70m",
            "  ./plumbline inspect factors/ --damping 0.01"
        })
final class InspectCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER",
            description = "Model folder: config.json and model.safetensors, or shards with their index. Or the folder "
                    + "of factors that fit wrote.")
    private Path folder;

    @Mixin
    private DampingOptions damping;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (Files.exists(folder.resolve("manifest.json")) && Files.notExists(folder.resolve("config.json"))) {
            FactorInspection factors = FactorInspection.of(folder, damping.rule(FactorStore.strategy(folder)));
            if (json) {
                out.print(Json.pretty(factors));
            } else {
                FactorView.print(factors, out);
            }
        } else {
            GivenOptions.refuse(
                    spec, "with a model: factors have a damping", "--damping", "--damping-absolute");
            ModelInspection model = ModelInspection.of(folder);
            if (json) {
                out.print(Json.pretty(model));
            } else {
                model.print(out);
            }
        }
        out.flush();
        return 0;
    }
}
