package org.plumbline.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.plumbline.audit.diagnosis.Mistake;
import org.plumbline.audit.files.FactorSet;
import org.plumbline.audit.files.KronfluenceFactors;
import org.plumbline.audit.files.ScoreFiles;
import org.plumbline.audit.files.ScoreSet;
import org.plumbline.curvature.DampingRule;
import org.plumbline.influence.Convention;

/** What Kronfluence 1.0.1 computed is sound, and its convention is found from the numbers. */
class KronfluenceAuditTest {
    private static final AuditedModel MODEL = KronfluenceTiny.model();

    private static FactorSet factors(String name) {
        return KronfluenceFactors.open(KronfluenceTiny.folder().resolve(name));
    }

    @Test
    void filesAloneAreSound() {
        for (String name : new String[] {"factors_f_e64", "factors_f_sampled"}) {
            AuditReport report = Audit.factors(factors(name));
            assertEquals(Verdict.SOUND, report.verdict(), report.text());
        }
    }

    @Test
    void factorsOfTrainingLabelsAreReproduced() {
        AuditReport report = Audit.factors(factors("factors_f_e64"), MODEL, Map.of());
        assertEquals(Verdict.SOUND, report.verdict(), report.text());
        assertEquals(3, report.findings().size());
        report.findings().forEach(finding -> assertTrue(finding.best().residual() < 1e-7, report.text()));
        assertTrue(report.convention().startsWith("Kronfluence's ("), report.convention());
    }

    @Test
    void factorsOfSampledLabelsAreWithinTheirError() {
        AuditReport report = Audit.factors(factors("factors_f_sampled"), MODEL, Map.of());
        assertEquals(Verdict.SOUND, report.verdict(), report.text());
        assertTrue(report.convention().startsWith("Kronfluence's ("), report.convention());
    }

    private static AuditReport scores(String name, String factors, DampingRule damping) {
        ScoreSet scores = ScoreFiles.read(KronfluenceTiny.folder().resolve(name));
        return Audit.scores(scores, MODEL, scores.self() ? List.of() : KronfluenceTiny.queries(), factors(factors),
                new ScoreClaims(Optional.of(damping), true), Map.of());
    }

    @Test
    void scoresAreReproduced() {
        DampingRule relative = Convention.RELATIVE;
        DampingRule absolute = new DampingRule.Absolute(1e-8);
        for (AuditReport report : List.of(
                scores("scores_pairwise_e64_none", "factors_f_e64", relative),
                scores("scores_pairwise_e64_1e-8", "factors_f_e64", absolute),
                scores("scores_s_e64_pm", "factors_f_e64", relative),
                scores("scores_s_e64_pt", "factors_f_e64", relative),
                scores("scores_self_e64", "factors_f_e64", relative),
                scores("scores_pairwise_sampled_none", "factors_f_sampled", relative),
                scores("scores_pairwise_sampled_1e-8", "factors_f_sampled", absolute))) {
            assertEquals(Verdict.SOUND, report.verdict(), report.text());
        }
    }

    @Test
    void anotherDampingIsNamed() {
        AuditReport report = scores("scores_pairwise_e64_1e-8", "factors_f_e64", Convention.RELATIVE);
        assertEquals(Verdict.DEFECTS, report.verdict());
        assertEquals(List.of(Mistake.M11), report.findings().getFirst().best().mistakes(), report.text());
    }
}
