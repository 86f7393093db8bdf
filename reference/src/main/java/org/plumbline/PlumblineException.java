package org.plumbline;

import java.util.Locale;

/**
 * What Plumbline refuses: a file, an option, a shape, a matrix or a system that cannot be used, or a computation that
 * does not fit into memory. The message is one line that says what was found and what was expected. Anything else that
 * is thrown is a defect of Plumbline or of the code that calls it.
 *
 * <p>Names inside files are untrusted: control characters in a message, line breaks among them, are shown as escapes,
 * so that no file can forge a second line or send a terminal a command, and a message has at most {@value #LONGEST}
 * characters, the middle left out where there are more.
 */
public abstract class PlumblineException extends RuntimeException {

    /** Most characters of a message. */
    public static final int LONGEST = 380;

    private static final int TAIL = 120;

    /**
     * @param message what was found, and what was expected
     */
    protected PlumblineException(String message) {
        super(oneLine(message));
    }

    /**
     * @param message what was found, and what was expected
     * @param cause the failure underneath, for a stack trace
     */
    protected PlumblineException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** The text as a message is shown: on one line, with escapes for control characters, of bounded length. */
    public static String oneLine(String message) {
        String shown = escaped(message.length() <= 4 * LONGEST
                ? message
                : message.substring(0, 2 * LONGEST) + message.substring(message.length() - 2 * LONGEST));
        if (shown.length() <= LONGEST && message.length() <= 4 * LONGEST) {
            return shown;
        }
        return shown.substring(0, LONGEST - TAIL - 3) + " … " + shown.substring(shown.length() - TAIL);
    }

    private static String escaped(String message) {
        StringBuilder line = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            boolean breaksLine = Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
            line.append(breaksLine || isDirectionControl(c)
                    ? String.format(Locale.ROOT, "\\u%04x", (int) c)
                    : String.valueOf(c));
        }
        return line.toString();
    }

    /** Bidirectional overrides reorder the text around them on a screen. */
    private static boolean isDirectionControl(char c) {
        return c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069';
    }
}
