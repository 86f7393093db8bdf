package org.plumbline.text.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that a template can call. */
@FunctionalInterface
interface Function {
    @Nullable Object call(List<@Nullable Object> positional, Map<String, @Nullable Object> named, int line);
}
