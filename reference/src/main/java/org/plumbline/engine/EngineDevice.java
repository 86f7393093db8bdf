package org.plumbline.engine;

/**
 * A device that an engine can run on.
 *
 * @param options what selects it, as in {@link EngineProvider#create}
 * @param description its name as its driver gives it
 * @param memoryBytes all of its memory
 */
public record EngineDevice(String options, String description, long memoryBytes) {}
