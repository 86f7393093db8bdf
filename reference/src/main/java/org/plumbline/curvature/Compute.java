package org.plumbline.curvature;

import org.plumbline.engine.Engine;
import org.plumbline.engine.Workers;

/** What runs programs: an engine, and the threads that share independent runs. Neither changes a result. */
public record Compute(Engine engine, Workers workers) {}
