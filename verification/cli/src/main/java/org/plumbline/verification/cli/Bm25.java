package org.plumbline.verification.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.plumbline.io.InputException;
import org.plumbline.io.ScratchFolder;

/**
 * Retrieval by BM25 (Robertson and Zaragoza, 2009) as Lucene has it, {@code k₁ = 1.2} and {@code b = 0.75}, over token
 * ids. The index is a temporary one on disk.
 */
final class Bm25 {
    private static final String FIELD = "tokens";

    /** Lucene warns that it has no Vector API, which BM25 does not use. A logger without a reference is forgotten. */
    private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

    static {
        LUCENE.setLevel(Level.SEVERE);
    }

    private Bm25() {}

    /**
     * The {@code k} documents with the largest scores, in ascending order of their numbers; ties by number. A document
     * without any token of the query is never among them.
     *
     * @throws InputException if the query has too many distinct tokens, or the index cannot be written
     */
    static int[] top(int documents, IntFunction<int[]> tokens, int[] query, int k) {
        int[] distinct = Arrays.stream(query).distinct().sorted().toArray();
        if (distinct.length > IndexSearcher.getMaxClauseCount()) {
            throw new InputException("BM25: found a query of " + distinct.length + " distinct tokens, expected at most "
                    + IndexSearcher.getMaxClauseCount());
        }
        try (ScratchFolder scratch = ScratchFolder.make(Path.of(System.getProperty("java.io.tmpdir")), "bm25");
                Directory directory = FSDirectory.open(scratch.path())) {
            index(directory, documents, tokens);
            return search(directory, distinct, k);
        } catch (IOException e) {
            throw new InputException("BM25: the index cannot be written or read: " + e.getMessage(), e);
        }
    }

    private static void index(Directory directory, int documents, IntFunction<int[]> tokens) throws IOException {
        // Merging only neighbors keeps a document's number its place, by which ties are broken.
        IndexWriterConfig config = new IndexWriterConfig().setMergePolicy(new LogDocMergePolicy());
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (int m = 0; m < documents; m++) {
                Document document = new Document();
                document.add(new TextField(FIELD, new Ids(tokens.apply(m))));
                writer.addDocument(document);
            }
        }
    }

    private static int[] search(Directory directory, int[] distinct, int k) throws IOException {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        for (int token : distinct) {
            any.add(new TermQuery(new Term(FIELD, Integer.toString(token))), BooleanClause.Occur.SHOULD);
        }
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setSimilarity(new BM25Similarity());
            return Arrays.stream(searcher.search(any.build(), k).scoreDocs).mapToInt(hit -> hit.doc).sorted().toArray();
        }
    }

    /** Token ids as terms. */
    private static final class Ids extends TokenStream {
        private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
        private final int[] ids;
        private int next;

        Ids(int[] ids) {
            this.ids = ids;
        }

        @Override
        public boolean incrementToken() {
            clearAttributes();
            if (next == ids.length) {
                return false;
            }
            term.append(Integer.toString(ids[next++]));
            return true;
        }
    }
}
