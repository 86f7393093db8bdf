package org.plumbline.verification.cli;

import static org.plumbline.text.VisibleText.escape;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.plumbline.influence.store.FactorInspection;
import org.plumbline.influence.store.Spectrum;

/** What a fit found in each layer, as text for a terminal. */
final class FactorView {
    private static final String HEAD = "%-3s %9s %9s %8s %8s %8s %8s %8s %8s";
    private static final String ROW = "%-3s %,9d %,9d %8.1e %8.1e %8.1e %8.1e %8.1e %8.1e";

    private FactorView() {}

    /** Prints the inspection: a line for each spectrum. */
    static void print(FactorInspection factors, PrintWriter out) {
        line(out, "strategy   %s", escape(factors.strategy()));
        for (String name : List.of("labels", "partitions", "sequences", "precision")) {
            String value = factors.identity().get(name);
            if (value != null) {
                line(out, "%-10s %s", name, escape(value));
            }
        }
        if (factors.layers().isEmpty()) {
            line(out, "%s", "no curvature: the identity has no eigenvalues to show and no damping");
            return;
        }
        line(out, "damping    %s", escape(factors.damping())
                + (factors.damping().contains(" ") ? "" : " × mean eigenvalue of each layer"));
        for (FactorInspection.Layer layer : factors.layers()) {
            line(out, "");
            line(out, "%s  [%d, %d]", escape(layer.name()), layer.rows(), layer.columns());
            line(out, "    damping %.3e, condition %s, %,.1f effective directions", layer.damping(),
                    layer.condition() == null ? "infinite" : String.format(Locale.ROOT, "%.3g", layer.condition()),
                    layer.effective());
            line(out, HEAD, "", "values", "positive", "least", "10 %", "median", "90 %", "99 %", "largest");
            row(out, "D", layer.curvature());
            row(out, "S", layer.gradient());
            row(out, "A", layer.activation());
        }
        line(out, "");
        line(out, "D    curvature of each direction; S, A: factors of gradients and of inputs");
        line(out, "condition: largest over least damped eigenvalue; effective directions: sum of");
        line(out, "eigenvalues over damped ones");
    }

    private static void row(PrintWriter out, String name, @Nullable Spectrum spectrum) {
        if (spectrum != null) {
            line(out, ROW, Stream.concat(Stream.of(name, spectrum.count(), spectrum.positive()),
                    spectrum.quantiles().stream()).toArray());
        }
    }

    private static void line(PrintWriter out, String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }
}
