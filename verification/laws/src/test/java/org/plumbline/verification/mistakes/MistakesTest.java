package org.plumbline.verification.mistakes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.plumbline.CommittedTable;

/** Every planted mistake is noticed by the laws that are expected to, and the implementation without one by none. */
class MistakesTest {

    @Test
    void libraryIsNotSuspected() {
        assertEquals(List.of(), Verdict.onLibrary().failed());
    }

    @Test
    void everyMistakeIsNoticed() {
        String rows = Mistake.all().parallelStream().map(MistakesTest::row).collect(Collectors.joining());
        CommittedTable.assertCommitted("mistakes.md",
                "| mistake | | laws that notice | the property that does |\n|---|---|---|---|\n" + rows);
    }

    private static String row(Mistake mistake) {
        Verdict verdict = Verdict.on(mistake.subject());
        assertTrue(verdict.laws().containsAll(mistake.expected()),
                () -> mistake + " is noticed by " + verdict.laws() + ", expected " + mistake.expected());
        String laws = verdict.laws().stream().map(String::valueOf).collect(Collectors.joining(", "));
        String properties = mistake.expected().stream()
                .map(law -> law + ": `" + verdict.first(law).name() + "`")
                .collect(Collectors.joining("<br>"));
        return Stream.of(mistake.name(), mistake.description(), laws, properties)
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
