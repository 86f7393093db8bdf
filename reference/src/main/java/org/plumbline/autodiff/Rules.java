package org.plumbline.autodiff;

import java.util.ArrayList;
import java.util.List;
import org.plumbline.program.ElementType;
import org.plumbline.program.FusedOp;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.ProgramException;
import org.plumbline.program.Shape;
import org.plumbline.program.UnaryFunction;
import org.plumbline.program.Value;

/** What forward and reverse mode share: local derivatives, leading broadcast, and the way out through a definition. */
final class Rules {
    static final String DEFINED = "defined";

    private Rules() {}

    /** The input to differentiate in. */
    static Value realInput(Program program, String name) {
        Value input = program.input(name);
        if (input.type() != ElementType.REAL) {
            throw new ProgramException("input '" + name + "' holds indices, which have no derivative");
        }
        return input;
    }

    /** {@code f'(x)} where {@code y = f(x)}; reuses {@code y} where the derivative is simpler in it. */
    static Value derivative(ProgramBuilder b, Op.Unary op, Value y) {
        Value x = op.x();
        return switch (op.function()) {
            case EXP -> y;
            case LOG -> b.reciprocal(x);
            case TANH -> b.affine(b.multiply(y, y), -1, 1);
            case SQRT -> b.scale(b.reciprocal(y), 0.5);
            case RECIPROCAL -> b.scale(b.multiply(y, y), -1);
            case ERF -> b.scale(b.exp(b.scale(b.multiply(x, x), -1)), 2 / Math.sqrt(Math.PI));
            case RELU -> b.unary(UnaryFunction.STEP, x);
            case STEP -> b.fill(0, x.shape());
        };
    }

    /** The next derivative of a fused activation of order below the highest. */
    static Value derivative(ProgramBuilder b, FusedOp.Activation op) {
        return b.emit(new FusedOp.Activation(op.function(), op.order() + 1, op.x()));
    }

    /** Copies of {@code x} along leading axes until it has this shape. */
    static Value expandLeading(ProgramBuilder b, Value x, Shape shape) {
        return b.broadcast(x, 0, shape.slice(0, shape.rank() - x.rank()));
    }

    /** The adjoint of {@link #expandLeading}: the sum over leading axes that {@code shape} does not have. */
    static Value reduceLeading(ProgramBuilder b, Value x, Shape shape) {
        return b.sum(x, 0, x.rank() - shape.rank());
    }

    /**
     * The definition of a fused operation as a program with inputs {@code operandName(0)}, …, and output
     * {@link #DEFINED}.
     */
    static Program definition(FusedOp op) {
        ProgramBuilder b = new ProgramBuilder();
        List<Value> operands = new ArrayList<>();
        for (int i = 0; i < op.operands().size(); i++) {
            Value operand = op.operands().get(i);
            operands.add(b.input(operandName(i), operand.type(), operand.shape()));
        }
        return b.build(DEFINED, ((FusedOp) op.withOperands(operands)).define(b));
    }

    static String operandName(int i) {
        return "operand" + i;
    }
}
