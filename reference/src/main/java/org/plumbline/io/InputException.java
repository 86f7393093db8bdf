package org.plumbline.io;

/**
 * Something a user gave cannot be used: a file, a tensor, an option. The message is one line that names it, says what
 * was found and what was expected; a program shows it as it is and exits with a non-zero code.
 *
 * <p>Names inside files are untrusted: control characters in a message, line breaks among them, are shown as escapes,
 * so that no file can forge a second line or send a terminal a command.
 */
public class InputException extends RuntimeException {

    /**
     * @param message what is wrong, with the name of the file, tensor or option
     */
    public InputException(String message) {
        super(oneLine(message));
    }

    /**
     * @param message what is wrong, with the name of the file, tensor or option
     * @param cause the failure underneath, for a stack trace
     */
    public InputException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    private static String oneLine(String message) {
        StringBuilder line = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            boolean breaksLine = Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
            line.append(breaksLine || isDirectionControl(c) ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return line.toString();
    }

    /** Bidirectional overrides reorder the text around them on a screen. */
    private static boolean isDirectionControl(char c) {
        return c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069';
    }
}
