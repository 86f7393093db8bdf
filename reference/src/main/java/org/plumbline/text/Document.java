package org.plumbline.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with a name: the unit that training sequences do not cross.
 *
 * @param id what reports call it, such as a file's name
 * @param text its text
 */
public record Document(String id, String text) {

    /** Line ends of Unix, Windows and old Macintosh; a blank line may hold spaces and tabs. */
    private static final Pattern BLANK_LINES = Pattern.compile("(?:\\r\\n?|\\n)(?:[ \\t]*+(?:\\r\\n?|\\n))++");

    /** Refuses {@code null}. */
    public Document {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
    }

    /**
     * The parts between blank lines, each a document whose id is this one's and the number of the line where it begins,
     * {@code id:line}. Blank lines themselves belong to none; parts of white space alone are left out.
     */
    public List<Document> paragraphs() {
        List<Document> paragraphs = new ArrayList<>();
        Matcher blank = BLANK_LINES.matcher(text);
        int line = 1;
        int start = 0;
        while (start <= text.length()) {
            boolean found = blank.find();
            int end = found ? blank.start() : text.length();
            String paragraph = text.substring(start, end);
            if (!paragraph.isBlank()) {
                paragraphs.add(new Document(id + ":" + line, paragraph));
            }
            if (!found) {
                break;
            }
            line += lineEnds(paragraph) + lineEnds(blank.group());
            start = blank.end();
        }
        return List.copyOf(paragraphs);
    }

    private static int lineEnds(String text) {
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            boolean secondOfTwo = text.charAt(i) == '\n' && i > 0 && text.charAt(i - 1) == '\r';
            if (text.charAt(i) == '\r' || text.charAt(i) == '\n' && !secondOfTwo) {
                count++;
            }
        }
        return count;
    }
}
