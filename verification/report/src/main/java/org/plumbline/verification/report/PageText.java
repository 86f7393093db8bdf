package org.plumbline.verification.report;

import java.util.Locale;
import org.plumbline.text.VisibleText;

/** Numbers and texts as a page shows them. Templates call these; what they return is escaped there. */
public final class PageText {
    private PageText() {}

    /** Four digits with their sign. */
    public static String signed(double value) {
        return shortened(String.format(Locale.ROOT, "%+.4g", value)).replace('-', '−');
    }

    /** Four digits. */
    public static String number(double value) {
        return shortened(String.format(Locale.ROOT, "%.4g", value)).replace('-', '−');
    }

    /** The place of a value between 0 and 1 on a line. */
    public static String at(double value, int from, int to) {
        return String.format(Locale.ROOT, "%.1f", from + (to - from) * Math.clamp(value, 0, 1));
    }

    /** A share in percent. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** A whole number with its thousands set apart. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String shortened(String number) {
        return number.contains("e") || !number.contains(".") ? number
                : number.replaceFirst("(\\.\\d*?)0+$", "$1").replaceFirst("\\.$", "");
    }

    /** A sentence of words that are written in lower case elsewhere. */
    public static String sentence(String text) {
        return text.isEmpty() ? "" : text.substring(0, 1).toUpperCase(Locale.ROOT) + line(text.substring(1)) + ".";
    }

    /** A text on one line, with everything made visible that could change the direction or the layout of a page. */
    public static String line(String text) {
        return VisibleText.escape(text);
    }

    /** As {@link #line}, cut. */
    public static String line(String text, int most) {
        return VisibleText.shortened(VisibleText.escape(text), most);
    }

    /** A text with its line breaks, and everything else that has no glyph made visible. */
    public static String lines(String text) {
        StringBuilder shown = new StringBuilder();
        text.lines().forEach(line -> shown.append(shown.isEmpty() ? "" : "\n").append(VisibleText.escape(line)));
        return shown.toString();
    }

    /** A token within a text: its line breaks stay. */
    public static String token(String token) {
        if (token.indexOf('\n') < 0) {
            return VisibleText.escape(token);
        }
        StringBuilder shown = new StringBuilder();
        String[] parts = token.split("\n", -1);
        for (int i = 0; i < parts.length; i++) {
            shown.append(i == 0 ? "" : "\n").append(VisibleText.escape(parts[i]));
        }
        return shown.toString();
    }
}
