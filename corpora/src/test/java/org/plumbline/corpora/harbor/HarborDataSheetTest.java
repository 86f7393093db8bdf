package org.plumbline.corpora.harbor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.plumbline.corpora.Corpus;
import org.plumbline.corpora.Document;
import org.plumbline.corpora.Fact;
import org.plumbline.corpora.Query;
import org.plumbline.corpora.bundled.BundledCorpora;

/** The numbers in the data sheet are counted, not copied. */
class HarborDataSheetTest {

    @Test
    void theDataSheetTellsWhatIsThere() throws IOException {
        String sheet = Files.readString(Path.of("datasheets", "harbor.md"));
        String counted = counted(BundledCorpora.load(Harbor.NAME));
        assertTrue(sheet.contains(counted), "the data sheet should contain\n" + counted);
    }

    @Test
    void noTwoDocumentsAreTheSame() {
        List<Document> documents = BundledCorpora.load(Harbor.NAME).documents();
        assertEquals(documents.size(), documents.stream().map(Document::text).distinct().count());
    }

    private static String counted(Corpus corpus) {
        List<Document> documents = corpus.documents();
        Map<Integer, Long> bySize = count(documents, document -> document.facts().size());
        Map<Long, Long> byPeople = count(
                documents, document -> document.facts().stream().map(Fact::subject).distinct().count());
        Map<Fact, Long> facts =
                documents.stream().flatMap(document -> document.facts().stream())
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        IntSummaryStatistics words =
                documents.stream().mapToInt(document -> document.text().split(" ").length).summaryStatistics();
        long distinct = documents.stream()
                .flatMap(document -> List.of(document.text().replace(".", "").split(" ")).stream())
                .distinct()
                .count();
        StringBuilder table = new StringBuilder("| what | count |\n|---|---|\n");
        row(table, "documents", documents.size());
        row(table, "documents that state no fact / 2 facts / 3 facts",
                bySize.get(0) + " / " + bySize.get(2) + " / " + bySize.get(3));
        row(table, "documents about one person / two people", byPeople.get(1L) + " / " + byPeople.get(2L));
        row(table, "people", facts.keySet().stream().map(Fact::subject).distinct().count());
        row(table, "facts", facts.size());
        row(table, "facts stated in 4 / 6 / 8 / 10 documents",
                count(facts.values(), Function.identity()).values().stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(" / ")));
        row(table, "words", words.getSum());
        row(table, "distinct words", distinct);
        row(table, "words a document: least / mean / most",
                String.format(Locale.ROOT, "%d / %.1f / %d", words.getMin(), words.getAverage(), words.getMax()));
        count(corpus.queries(), Query::group).forEach((group, count) -> row(table, "queries `" + group + "`", count));
        return table.toString();
    }

    private static <T, K> Map<K, Long> count(Collection<T> items, Function<T, K> key) {
        return items.stream().collect(Collectors.groupingBy(key, TreeMap::new, Collectors.counting()));
    }

    private static void row(StringBuilder table, String what, Object count) {
        table.append("| ").append(what).append(" | ").append(count).append(" |\n");
    }
}
