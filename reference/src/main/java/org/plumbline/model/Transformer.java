package org.plumbline.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** A decoder of a family whose options are those of its configuration file. */
public final class Transformer implements Decoder {
    private final String family;
    private final SequencedMap<String, Object> options;
    private final DecoderBody body;

    /**
     * @param family the {@code model_type} of its configuration
     * @param options all options of the configuration
     * @param architecture what they describe
     */
    public Transformer(String family, Map<String, Object> options, Architecture architecture) {
        this.family = family;
        this.options = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(options));
        this.body = new DecoderBody(architecture);
    }

    public String family() {
        return family;
    }

    public SequencedMap<String, Object> options() {
        return options;
    }

    @Override
    public DecoderBody body() {
        return body;
    }
}
