package org.plumbline.engine;

import java.util.List;

/**
 * An engine that may be on the class path or not, found through {@link java.util.ServiceLoader}. Loading a provider
 * must need nothing but this library; what else its engine needs is looked for when it is asked.
 */
public interface EngineProvider {
    /** Collects nothing: garbage stays until the JVM collects it by itself. */
    Runnable NO_COLLECTOR = () -> {};

    /** The engine's name on a command line, such as {@code tornado}. */
    String name();

    /** What may follow the name and a colon, for a help text, such as {@code backend:device}. */
    String optionsSyntax();

    /**
     * Makes the engine.
     *
     * @param options what followed the name and a colon, or an empty string
     * @param workers threads for what it does on the CPU; they stay the caller's to close
     * @param collector collects garbage, or {@link #NO_COLLECTOR}: an engine whose memory lies outside the heap may ask
     *     for it before it refuses a program, since the executables that hold the memory may be garbage
     * @throws EngineUnavailableException if the options make no sense or something that the engine needs is absent
     */
    Engine create(String options, Workers workers, Runnable collector);

    /**
     * The devices that it can run on, best first.
     *
     * @throws EngineUnavailableException if something that the engine needs is absent
     */
    List<EngineDevice> devices();
}
