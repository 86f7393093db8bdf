package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.plumbline.engine.EngineDevice;
import org.plumbline.engine.EngineProvider;
import org.plumbline.engine.EngineUnavailableException;
import org.plumbline.engine.named.Engines;
import org.plumbline.io.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline devices}. */
@Command(
        name = "devices",
        mixinStandardHelpOptions = true,
        header = "List the devices other than the CPU.",
        description = "The first column is what --engine takes.",
        footer = {"", "Example:", "  TORNADOVM_HOME=/opt/tornadovm ./plumbline devices"})
final class DevicesCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /**
     * A line of the list.
     *
     * @param engine what {@code --engine} takes
     */
    record Row(String engine, String description, long memoryBytes) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Row> rows = Engines.providers().stream().flatMap(provider -> devices(provider).stream()).toList();
        if (json) {
            out.println(Json.line(rows));
            return 0;
        }
        for (Row row : rows) {
            out.printf(Locale.ROOT, "%-20s %8.1f GiB  %s%n",
                    row.engine(), row.memoryBytes() / 0x1p30, row.description());
        }
        if (rows.isEmpty()) {
            throw new EngineUnavailableException("no engine beside the CPU's is on the class path");
        }
        return 0;
    }

    private static List<Row> devices(EngineProvider provider) {
        return provider.devices().stream()
                .map(device -> row(provider, device))
                .toList();
    }

    private static Row row(EngineProvider provider, EngineDevice device) {
        return new Row(provider.name() + ":" + device.options(), device.description(), device.memoryBytes());
    }
}
