package org.plumbline.program;

import static org.plumbline.program.Op.require;
import static org.plumbline.program.Op.requireIndex;
import static org.plumbline.program.Op.requireRank;
import static org.plumbline.program.Op.requireReal;
import static org.plumbline.program.Op.rows;
import static org.plumbline.program.Op.suffixJoin;

import java.util.List;

/** An operation that reads or writes rows or elements at places that an array of indices names. */
public sealed interface IndexOp extends Op {

    /**
     * Rows of a table by index: {@code [v×d], [...] → [..., d]}. A table of rank 3 holds {@code G} tables;
     * {@code indices} is then {@code [G×n]}, or {@code [n]} for the same rows of each, and the result {@code [G×n×d]}.
     */
    record Gather(Value table, Value indices) implements IndexOp {
        public Gather {
            requireReal(table);
            requireIndex(indices);
            require(table.rank() == 2 || table.rank() == 3, "a table has rank 2 or 3, found %s", table.shape());
            if (table.rank() == 3) {
                requireGrouped(indices.shape(), table.shape().dimension(0));
            }
        }

        @Override
        public List<Value> operands() {
            return List.of(table, indices);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Gather(operands.get(0), operands.get(1));
        }

        @Override
        public Shape shape() {
            int width = table.shape().dimension(-1);
            return table.rank() == 2
                    ? indices.shape().append(width)
                    : Shape.of(table.shape().dimension(0), indices.shape().dimension(-1), width);
        }
    }

    /**
     * Rows added into a zero table at the given indices: {@code [...], [..., d] → [size×d]}; the adjoint of
     * {@link Gather}. With {@code grouped}, {@code [G×n]} or {@code [n]}, {@code [G×n×d] → [G×size×d]}.
     */
    record ScatterAdd(Value indices, Value rows, int size, boolean grouped) implements IndexOp {
        public ScatterAdd {
            requireIndex(indices);
            requireReal(rows);
            requireRank(rows, 1);
            if (grouped) {
                require(rows.rank() == 3, "grouped rows have rank 3, found %s", rows.shape());
                requireGrouped(indices.shape(), rows.shape().dimension(0));
                require(indices.shape().dimension(-1) == rows.shape().dimension(1),
                        "indices %s do not fit rows %s", indices.shape(), rows.shape());
            } else {
                require(rows.shape().slice(0, rows.rank() - 1).equals(indices.shape()),
                        "indices %s do not fit rows %s", indices.shape(), rows.shape());
            }
        }

        @Override
        public List<Value> operands() {
            return List.of(indices, rows);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new ScatterAdd(operands.get(0), operands.get(1), size, grouped);
        }

        @Override
        public Shape shape() {
            int width = rows.shape().dimension(-1);
            return grouped ? Shape.of(rows.shape().dimension(0), size, width) : Shape.of(size, width);
        }
    }

    /**
     * One element of each row: {@code x[..., indices[...]]}, {@code [..., n], [...] → [...]}, with leading broadcast.
     */
    record Pick(Value x, Value indices) implements IndexOp {
        public Pick {
            requireReal(x);
            requireIndex(indices);
            requireRank(x, 1);
            suffixJoin(rows(x), indices.shape());
        }

        @Override
        public List<Value> operands() {
            return List.of(x, indices);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Pick(operands.get(0), operands.get(1));
        }

        @Override
        public Shape shape() {
            return suffixJoin(rows(x), indices.shape());
        }
    }

    /** Rows of {@code size} zeros with {@code x} at the given index: the adjoint of {@link Pick}. */
    record Place(Value x, Value indices, int size) implements IndexOp {
        public Place {
            requireReal(x);
            requireIndex(indices);
            suffixJoin(x.shape(), indices.shape());
        }

        @Override
        public List<Value> operands() {
            return List.of(x, indices);
        }

        @Override
        public Op withOperands(List<Value> operands) {
            return new Place(operands.get(0), operands.get(1), size);
        }

        @Override
        public Shape shape() {
            return suffixJoin(x.shape(), indices.shape()).append(size);
        }
    }

    private static void requireGrouped(Shape indices, int groups) {
        require(indices.rank() == 1 || indices.rank() == 2 && indices.dimension(0) == groups,
                "indices of %d groups are [n] or [%d×n], found %s", groups, groups, indices);
    }
}
