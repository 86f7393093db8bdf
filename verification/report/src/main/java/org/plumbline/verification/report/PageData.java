package org.plumbline.verification.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.plumbline.influence.corpus.DocumentPart;
import org.plumbline.io.Json;

/**
 * What the scripts of a page read: JSON that can stand inside a script element, since every character with which markup
 * could begin or end there is written as an escape.
 *
 * <p>Scores of tokens have four digits. The scores of positions in layers are bytes, each in 127ths of the largest of
 * its sequence, as Base64, and are left out of the later cards where all would take more than {@value #MATRIX_BYTES}
 * bytes.
 */
final class PageData {
    private static final int MATRIX_BYTES = 1_200_000;
    private static final int DIGITS = 4;

    private int left = MATRIX_BYTES;

    private PageData() {}

    /** The data of a page. */
    static String of(ReportPage page) {
        PageData data = new PageData();
        return escaped(Json.line(Map.of("questions", page.questions().stream().map(data::question).toList(),
                "spectra", spectra(page.trust()))));
    }

    /** JSON, in which these characters stand in strings alone. */
    static String escaped(String json) {
        StringBuilder escaped = new StringBuilder(json.length() + 64);
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            switch (c) {
                case '<', '>', '&', '\u2028', '\u2029', '\u007f' ->
                    escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private SequencedMap<String, Object> question(Question question) {
        SequencedMap<String, Object> data = new LinkedHashMap<>();
        data.put("id", question.id());
        data.put("prompt", question.prompt());
        data.put("completion", question.completion());
        data.put("logProbability", question.logProbability());
        data.put("layers", question.layers());
        data.put("selectable", question.isSelectable());
        data.put("bins", question.whole().bins());
        data.put("coverage", question.whole().coverage());
        data.put("scores", question.scores());
        data.put("cards", question.cards().stream().map(this::card).toList());
        return data;
    }

    private SequencedMap<String, Object> card(Card card) {
        SequencedMap<String, Object> data = new LinkedHashMap<>();
        data.put("sequence", card.sequence());
        data.put("rank", card.rank());
        data.put("raw", card.raw());
        data.put("perCopy", card.perCopy());
        data.put("share", card.share());
        data.put("bound", card.certain() == null ? null : card.certain().bound());
        data.put("sparsity", card.sparsity());
        data.put("spurious", card.spurious());
        data.put("normalized", card.normalized() == null ? null : card.normalized().score());
        data.put("documents", card.documents().stream().map(DocumentPart::named).collect(Collectors.joining(", ")));
        data.put("metadata", card.metadata());
        data.put("length", card.tokens().size());
        data.put("gradient", rounded(card.scores().gradient()));
        data.put("output", rounded(card.scores().output()));
        data.put("input", rounded(card.scores().input()));
        data.put("layers", rounded(card.byLayer()));
        data.put("completion", rounded(card.byCompletionToken()));
        data.put("matrix", matrix(card.cells()));
        return data;
    }

    private @Nullable Map<String, Object> matrix(double[][] cells) {
        int positions = cells.length == 0 ? 0 : cells[0].length;
        int bytes = cells.length * positions;
        if (bytes == 0 || bytes > left) {
            return null;
        }
        left -= bytes;
        double scale = Arrays.stream(cells).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
        byte[] packed = new byte[bytes];
        for (int l = 0; l < cells.length && scale > 0; l++) {
            for (int t = 0; t < positions; t++) {
                packed[l * positions + t] = (byte) Math.round(127 * cells[l][t] / scale);
            }
        }
        return Map.of("positions", positions, "scale", scale, "cells", Base64.getEncoder().encodeToString(packed));
    }

    private static List<Object> spectra(Trust trust) {
        List<Object> layers = new ArrayList<>();
        if (trust.factors() != null) {
            trust.factors().layers().forEach(layer -> layers.add(Map.of("layer", layer.name(), "damping",
                    layer.damping(), "quantiles", layer.curvature().quantiles())));
        }
        return layers;
    }

    private static List<BigDecimal> rounded(double[] values) {
        return Arrays.stream(values)
                .mapToObj(value -> new BigDecimal(value).round(new MathContext(DIGITS)).stripTrailingZeros()).toList();
    }
}
