package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import org.plumbline.text.DocumentSource;
import org.plumbline.text.PackedSequences;
import org.plumbline.text.Packing;
import org.plumbline.text.TokenSequence;
import org.plumbline.text.Tokenizer;
import org.plumbline.text.VisibleText;

/** Sequences as a model reads them, for a terminal: what is predicted stands between ⟦ and ⟧. */
final class SequenceView {
    private SequenceView() {}

    /** Prints the first sequences of a corpus. */
    static void print(
            DocumentSource source, Packing packing, Tokenizer tokenizer, int most, PrintWriter out) {
        try (PackedSequences sequences = packing.open(source, tokenizer)) {
            for (int i = 0; i < most && sequences.hasNext(); i++) {
                TokenSequence sequence = sequences.next();
                out.println(String.format(Locale.ROOT, "sequence %d  %s  %d of %d tokens are predicted", i,
                        VisibleText.escape(sequence.parts().getFirst().documentId()), sequence.lossPositions(),
                        sequence.fed() + 1));
                out.println("  " + marked(sequence, tokenizer));
            }
        }
        out.flush();
    }

    /** The text, one run of tokens alike after the other. */
    private static String marked(TokenSequence sequence, Tokenizer tokenizer) {
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (int t = 1; t <= sequence.fed() + 1; t++) {
            if (t > sequence.fed() || isPredicted(sequence, t) != isPredicted(sequence, from)) {
                String run = VisibleText.escape(tokenizer.decode(Arrays.copyOfRange(sequence.tokens(), from, t)));
                text.append(isPredicted(sequence, from) ? "⟦" + run + "⟧" : run);
                from = t;
            }
        }
        return text.toString();
    }

    private static boolean isPredicted(TokenSequence sequence, int t) {
        return t > 0 && sequence.loss()[t - 1];
    }
}
