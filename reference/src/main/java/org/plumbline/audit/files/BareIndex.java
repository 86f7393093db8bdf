package org.plumbline.audit.files;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON that says which tensor is which.
 *
 * @param convention name of a {@code Convention}, if there is one
 * @param labels {@code model} or {@code training}, if it is known
 * @param modules for each module the place of each tensor, by the name that Kronfluence gives it: {@code file.npy}, or
 *     {@code file.safetensors#key}; paths relative to the JSON
 * @param counts for each module the counts, likewise
 */
record BareIndex(
        @Nullable String convention, @Nullable String labels, Map<String, Map<String, String>> modules,
        @Nullable Map<String, Map<String, Long>> counts) {}
