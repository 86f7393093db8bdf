package org.plumbline.engine;

/** What runs programs: an engine, and the threads that share independent runs. Neither changes a result. */
public record Compute(Engine engine, Workers workers) {}
