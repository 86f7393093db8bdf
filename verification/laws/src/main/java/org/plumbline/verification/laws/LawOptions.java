package org.plumbline.verification.laws;

import java.util.Arrays;
import java.util.List;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Workers;
import org.plumbline.engine.named.Engines;

/**
 * What laws are run on, by system properties.
 *
 * <p>{@code plumbline.laws.engine} is an engine as {@code --engine} takes it: {@code scalar}, which defines all others,
 * unless another is named.
 *
 * <p>{@code plumbline.laws.seeds} are seeds of settings, such as {@code 1,7}: every law is checked on these instead of
 * random ones. A device has {@link #ON_A_DEVICE} unless others are named.
 */
record LawOptions(String engineName, List<Long> seeds) {
    private static final String ENGINE = "plumbline.laws.engine";
    private static final String SEEDS = "plumbline.laws.seeds";
    private static final List<String> ON_THE_CPU = List.of("scalar", "vector");

    /**
     * A driver takes longer to compile a kernel than to run it a hundred times, and each block and each length of
     * sequences has kernels of its own. This seed draws settings of one block and at most three lengths: GPT-2s, a
     * GPT-NeoX, a Llama, an OLMo 2, and perceptrons where a law is about those.
     */
    static final String ON_A_DEVICE = "25";

    /** Those of this JVM. */
    static LawOptions ofProperties() {
        return of(System.getProperty(ENGINE), System.getProperty(SEEDS));
    }

    /**
     * Options by the values of the two properties, null where one is not set.
     *
     * @throws IllegalArgumentException if the seeds are not whole numbers between commas
     */
    static LawOptions of(String engine, String seeds) {
        String engineName = engine == null ? "scalar" : engine;
        if (seeds == null && ON_THE_CPU.contains(engineName)) {
            return new LawOptions(engineName, List.of());
        }
        String chosen = seeds == null ? ON_A_DEVICE : seeds;
        if (!chosen.matches("-?\\d{1,18}(,-?\\d{1,18})*")) {
            throw new IllegalArgumentException("-D" + SEEDS + "=" + seeds + ": expected whole numbers such as 1,7");
        }
        return new LawOptions(engineName, Arrays.stream(chosen.split(",")).map(Long::valueOf).toList());
    }

    /**
     * The engine, in the calling thread, and never another in its place.
     *
     * @throws org.plumbline.engine.UnknownEngineException if there is no such engine
     * @throws org.plumbline.engine.EngineUnavailableException if it cannot be had on this machine
     */
    Engine engine() {
        // A JVM that runs laws runs nothing else.
        Engine engine = Engines.create(engineName, Workers.serial(), System::gc);
        if (!engine.name().equals(engineName)) {
            throw new IllegalStateException("found engine '" + engine.name() + "' in place of '" + engineName + "'");
        }
        return engine;
    }
}
