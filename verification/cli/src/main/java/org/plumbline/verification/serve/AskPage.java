package org.plumbline.verification.serve;

import org.plumbline.verification.report.PageAssets;
import org.plumbline.verification.report.PageWriter;

/**
 * The page to ask on.
 *
 * @param html of it
 * @param policy what it may load
 * @param pagePolicy what the page of an answer may load
 * @param openApi the description of the interface, in OpenAPI's JSON
 */
public record AskPage(String html, String policy, String pagePolicy, String openApi) {

    /**
     * For a model and a corpus.
     *
     * @param subject what is asked about, in words
     */
    public static AskPage of(String subject) {
        return new AskPage(PageWriter.ask(subject), PageAssets.all().askPolicy(), PageAssets.all().policy(),
                PageAssets.openApi());
    }
}
