package org.plumbline.engine.named;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.plumbline.engine.Engine;
import org.plumbline.engine.EngineProvider;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.UnknownEngineException;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;

/** Engines by name: those of the library, and those that {@link ServiceLoader} finds beside it. */
public final class Engines {
    private static final List<String> OWN = List.of("vector", "scalar");

    private Engines() {}

    /**
     * {@linkplain #create(String, Workers, Runnable) As below}, without garbage collection on demand.
     *
     * @param workers threads for what the engine does on the CPU; they stay the caller's to close
     * @throws UnknownEngineException if there is no such engine
     * @throws org.plumbline.engine.EngineUnavailableException if it cannot be had on this machine
     */
    public static Engine create(String specification, Workers workers) {
        return create(specification, workers, EngineProvider.NO_COLLECTOR);
    }

    /**
     * Makes the engine {@code specification}: a name, or for engines beside the library {@code name:options}.
     *
     * @param workers threads for what the engine does on the CPU; they stay the caller's to close
     * @param collector {@code System::gc} where the caller owns the JVM: an engine beside the library may ask for it
     *     when the memory of its device is full. The library itself never asks the collector for anything
     * @throws UnknownEngineException if there is no such engine
     * @throws org.plumbline.engine.EngineUnavailableException if it cannot be had on this machine
     */
    public static Engine create(String specification, Workers workers, Runnable collector) {
        int colon = specification.indexOf(':');
        String name = colon < 0 ? specification : specification.substring(0, colon);
        String options = colon < 0 ? "" : specification.substring(colon + 1);
        if (OWN.contains(specification)) {
            return specification.equals("vector") ? VectorEngine.orScalar(workers) : LoweredEngine.scalar();
        }
        return providers().stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UnknownEngineException(
                        "engine '" + specification + "' is unknown: expected " + expected()))
                .create(options, workers, collector);
    }

    /** The engines beside the library. */
    public static List<EngineProvider> providers() {
        List<EngineProvider> providers = new ArrayList<>();
        ServiceLoader.load(EngineProvider.class).forEach(providers::add);
        return List.copyOf(providers);
    }

    private static String expected() {
        return Stream.concat(OWN.stream(), providers().stream().map(provider ->
                        provider.name() + "[:" + provider.optionsSyntax() + "]"))
                .collect(Collectors.joining(", "));
    }
}
