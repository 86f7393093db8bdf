package org.plumbline.program;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** A program with every fused operation replaced by its definition, down to primitive operations. */
public final class PrimitiveForm {
    private PrimitiveForm() {}

    /** The program of primitive operations with the same inputs and outputs. */
    public static Program of(Program program) {
        Program expanded = program;
        // A definition may itself use simpler fused operations.
        while (expanded.nodes().stream().anyMatch(node -> node.op() instanceof FusedOp)) {
            expanded = expandOnce(expanded);
        }
        return expanded;
    }

    private static Program expandOnce(Program program) {
        ProgramBuilder b = new ProgramBuilder();
        Value[] values = new Value[program.nodes().size()];
        for (Node node : program.nodes()) {
            List<Value> operands = node.op().operands().stream().map(operand -> values[operand.id()]).toList();
            values[node.value().id()] = switch (node.op()) {
                case Op.Input(String name, ElementType type, Shape shape) -> b.input(name, type, shape);
                case FusedOp fused -> ((FusedOp) fused.withOperands(operands)).define(b);
                case Op op -> b.emit(op.withOperands(operands));
            };
        }
        SequencedMap<String, Value> outputs = new LinkedHashMap<>();
        program.outputs().forEach((name, value) -> outputs.put(name, values[value.id()]));
        return b.build(outputs);
    }
}
