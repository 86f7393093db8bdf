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
            description = {
                "vector (falls back to scalar without the incubator module), scalar,",
                "or tornado[:backend:device], which needs a TornadoVM SDK (see the command devices)."
            })
    private String name;

    @Option(names = "--threads", paramLabel = "N",
            description = "Threads; results do not depend on it. Default: the number of processors.")
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
