package org.plumbline.train;

import java.util.List;

/** A rule that turns gradients into steps: its constants. What it remembers between steps is {@link OptimizerState}. */
public sealed interface Optimizer permits AdamW, Sgd {
    /** Names of the vectors that are remembered between steps, each of the size of the parameters. */
    List<String> moments();
}
