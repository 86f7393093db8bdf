package org.plumbline.verification.cli;

import org.plumbline.engine.Engine;
import org.plumbline.engine.UnknownEngineException;
import org.plumbline.engine.Workers;
import org.plumbline.engine.named.Engines;
import org.plumbline.io.InputException;
import picocli.CommandLine.Option;

/** Options about what runs programs. */
final class EngineOptions {
    private static final String DEFAULT = "vector";

    @Option(names = "--engine", paramLabel = "NAME", defaultValue = DEFAULT,
            description = "vector, scalar or tornado[:backend:device]. vector falls back to scalar without the "
                    + "incubator module; tornado needs a TornadoVM SDK (see 'plumbline devices').")
    private String name;

    @Option(names = "--threads", paramLabel = "N",
            description = "Number of threads. It does not change results. Default: all processors.")
    private Integer threads;

    /** The engine as it was asked for. */
    String name() {
        return name;
    }

    /** Whether it is the one that is used unless another is asked for. */
    boolean isDefault() {
        return name.equals(DEFAULT);
    }

    int threads() {
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (count < 1 || count > 1024) {
            throw new InputException("--threads " + count + " is out of range: expected 1 to 1024");
        }
        return count;
    }

    Workers workers() {
        return Workers.of(threads());
    }

    Engine engine(Workers workers) {
        try {
            return Engines.create(name, workers, System::gc);
        } catch (UnknownEngineException unknown) {
            throw new InputException("--" + unknown.getMessage(), unknown);
        }
    }
}
