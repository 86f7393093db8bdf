package org.plumbline.verification.truth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.plumbline.CommittedTable;
import org.plumbline.verification.laws.Law;
import org.plumbline.verification.laws.TaggedLaw;

/**
 * The table of laws in {@code docs/laws.md}: every law that is claimed has a property, and every property is claimed.
 * The kit has all of them but those about truths, which are beside this test.
 */
class LawTableTest {
    private static final List<TaggedLaw> ALL =
            Stream.concat(TaggedLaw.all().stream(), TaggedLaw.beside(LawTableTest.class).stream())
                    .sorted(Comparator.comparingInt(TaggedLaw::law).thenComparing(TaggedLaw::name))
                    .toList();

    @Test
    void everyTagIsOnAProperty() {
        for (TaggedLaw tagged : ALL) {
            assertTrue(tagged.property().isAnnotationPresent(Property.class), () -> tagged.name() + " is never run");
        }
    }

    @Test
    void numbersRunFromOneToFiftyNineWithoutAGap() {
        assertArrayEquals(IntStream.rangeClosed(1, 61).toArray(),
                Arrays.stream(Law.values()).mapToInt(Law::number).toArray());
    }

    @Test
    void tableIsCommitted() {
        // Fails for a property whose law is not listed.
        ALL.forEach(tagged -> Law.of(tagged.law()));
        StringBuilder table = new StringBuilder("| law | it says | property |\n|---|---|---|\n");
        for (Law law : Law.values()) {
            List<TaggedLaw> properties = ALL.stream().filter(tagged -> tagged.law() == law.number()).toList();
            assertTrue(!properties.isEmpty(), () -> "law " + law.number() + " is listed but not tested");
            table.append(Stream.of(Integer.toString(law.number()), law.statement(),
                            properties.stream()
                                    .map(tagged -> "`" + tagged.name() + "`")
                                    .collect(Collectors.joining("<br>")))
                    .collect(Collectors.joining(" | ", "| ", " |\n")));
        }
        CommittedTable.assertCommitted("laws.md", table.toString());
    }
}
