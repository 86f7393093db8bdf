package org.plumbline.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.audit.files.FactorModule;
import org.plumbline.io.InputException;
import org.plumbline.model.LayerRole;
import org.plumbline.model.TrackedLayer;

/**
 * Which layer of a model each module of a set of factors is: the one of its name, the one that is said, or, where other
 * programs have other names, the next of its shape in the order of the forward pass.
 */
final class ModuleMatch {
    private ModuleMatch() {}

    /**
     * @param said layer by module
     * @throws InputException if a layer is unknown, or which one a module is stays open
     */
    static List<TrackedLayer> of(
            List<FactorModule> modules, List<TrackedLayer> layers, Map<String, String> said) {
        Map<String, TrackedLayer> byName = new LinkedHashMap<>();
        layers.forEach(layer -> byName.put(layer.name(), layer));
        List<TrackedLayer> matched = new ArrayList<>();
        for (FactorModule module : modules) {
            String name = said.getOrDefault(module.name(), module.name());
            TrackedLayer layer = byName.get(name);
            if (layer == null && said.containsKey(module.name())) {
                throw new InputException("module '" + module.name() + "' is said to be layer '" + name
                        + "', expected one of " + byName.keySet());
            }
            if (layer != null) {
                matched.add(layer);
            }
        }
        if (matched.size() == modules.size()) {
            return matched;
        }
        return byShape(modules, layers);
    }

    private static List<TrackedLayer> byShape(List<FactorModule> modules, List<TrackedLayer> layers) {
        List<TrackedLayer> mlp = layers.stream().filter(layer -> layer.role() == LayerRole.MLP).toList();
        for (List<TrackedLayer> among : List.of(mlp, layers)) {
            List<TrackedLayer> left = new ArrayList<>(among);
            List<TrackedLayer> matched = new ArrayList<>();
            for (FactorModule module : modules) {
                left.stream().filter(layer -> isShape(module, layer)).findFirst().ifPresent(layer -> {
                    left.remove(layer);
                    matched.add(layer);
                });
            }
            if (matched.size() == modules.size() && among.size() == modules.size()) {
                return matched;
            }
        }
        throw new InputException("found modules " + modules.stream()
                .map(module -> module.name() + " " + module.rows() + " × " + module.columns()).toList()
                + " and layers " + layers.stream().map(layer -> layer.name() + " " + layer.outputs() + " × "
                + layer.columns()).toList() + ", expected one layer for each module: say which with --module");
    }

    /** With the ones column, without it, or with one too many: which of these it is is for the audit to say. */
    private static boolean isShape(FactorModule module, TrackedLayer layer) {
        return (module.rows() == 0 || module.rows() == layer.outputs())
                && (module.columns() == 0 || Math.abs(module.columns() - layer.columns()) <= 1);
    }
}
