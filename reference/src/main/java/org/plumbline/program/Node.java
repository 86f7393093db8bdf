package org.plumbline.program;

/** One step of a program: {@code value} is the result of {@code op}. */
public record Node(Value value, Op op) {}
