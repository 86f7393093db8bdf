package org.plumbline.text.jinja;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code namespace()} makes: attributes that a loop can set for what comes after it. */
record Namespace(Map<String, @Nullable Object> attributes) {
    Namespace {
        attributes = new LinkedHashMap<>(attributes);
    }
}
