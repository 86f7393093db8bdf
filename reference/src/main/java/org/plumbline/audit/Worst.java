package org.plumbline.audit;

import java.util.Locale;

/** The largest of the numbers that modules have, and whose it is. */
final class Worst {
    private double value = Double.NEGATIVE_INFINITY;
    private String module = "";

    void add(String name, double found) {
        if (found > value || Double.isNaN(found)) {
            value = found;
            module = name;
        }
    }

    boolean isEmpty() {
        return module.isEmpty();
    }

    double value() {
        return value;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2g in %s", value, module);
    }
}
