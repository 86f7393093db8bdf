package org.plumbline.tornado;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.plumbline.engine.Precision;
import org.plumbline.program.Node;
import org.plumbline.program.Program;
import org.plumbline.program.Value;

/** What a graph depends on: equal keys, equal graphs. */
record GraphKey(List<Node> nodes, Map<String, Value> outputs, Precision precision, GroupPolicy policy,
        GraphRunner.Factory runners) {

    GraphKey(Program program, Precision precision, GroupPolicy policy, GraphRunner.Factory runners) {
        this(program.nodes(), program.outputs(), precision, policy, runners);
    }

    /** What messages call the program. */
    String what() {
        String first = outputs.keySet().stream().findFirst().map(name -> " that gives '" + name + "'").orElse("");
        String more = outputs.size() > 1 ? " and " + (outputs.size() - 1) + " more" : "";
        return "a program of " + nodes.size() + " operations in " + precision.name().toLowerCase(Locale.ROOT)
                + " precision" + first + more;
    }
}
