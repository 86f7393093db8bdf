package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.util.List;
import org.plumbline.influence.corpus.PromptedQuery;

/** What is worth knowing about the border of prompts and completions, for a terminal. */
final class BorderWarnings {
    private static final int MOST = 10;

    private BorderWarnings() {}

    /** Prints the warnings of the first queries that have any, and how many more there are. */
    static void print(List<PromptedQuery> queries, PrintWriter err) {
        List<String> warnings = queries.stream().flatMap(query -> query.warnings().stream()).toList();
        warnings.stream().limit(MOST).forEach(warning -> err.println("warning: " + warning));
        if (warnings.size() > MOST) {
            err.println("warning: " + (warnings.size() - MOST) + " more of this kind");
        }
        err.flush();
    }
}
