package org.plumbline.audit;

import java.util.Optional;
import org.plumbline.curvature.DampingRule;

/**
 * What is said of scores.
 *
 * @param damping that they were computed with; without it that of any known tool is taken as right
 * @param raw whether they are said to be {@code ∇L_qᵀC⁻¹∇L} of a sequence, and not the effect of one added copy
 */
public record ScoreClaims(Optional<DampingRule> damping, boolean raw) {}
