package org.plumbline.verification.verify;

import java.util.List;
import org.plumbline.model.Example;

/**
 * What is asked: how probable the completion is after the prompt.
 *
 * @param support indices of training sequences known to state what the completion says; empty where that is not known
 */
public record Query(String prompt, String completion, Example example, List<Integer> support) {}
