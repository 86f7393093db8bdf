package org.plumbline.verification.report;

import java.util.List;

/**
 * What a page shows.
 *
 * @param title of the page
 * @param questions at least one
 * @param trust what the scores rest on
 * @param command that makes the page again; empty if it was not made from a command line
 */
public record ReportPage(String title, List<Question> questions, Trust trust, String command) {

    public ReportPage {
        questions = List.copyOf(questions);
    }
}
