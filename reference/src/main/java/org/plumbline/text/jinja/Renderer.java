package org.plumbline.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One rendering: runs statements and gathers the text. */
final class Renderer {
    /** How a body ended. */
    private enum Flow { ON, BREAK, CONTINUE }

    private final Budget budget = new Budget();
    private final Evaluator evaluator = new Evaluator(budget);
    private final List<Template.Span> generated = new ArrayList<>();
    private final StringBuilder whole = new StringBuilder();

    Template.Rendered render(List<Statement> statements, Map<String, ?> variables) {
        Scope globals = new Scope(null);
        Functions.addTo(globals);
        variables.forEach(globals::set);
        run(statements, new Scope(globals), whole);
        return new Template.Rendered(whole.toString(), generated);
    }

    private Flow run(List<Statement> statements, Scope scope, StringBuilder out) {
        for (Statement statement : statements) {
            Flow flow = run(statement, scope, out);
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    private Flow run(Statement statement, Scope scope, StringBuilder out) {
        switch (statement) {
            case Statement.Data(String text) -> write(text, 0, out);
            case Statement.Print(Expression value) -> write(evaluator.text(value, scope), value.line(), out);
            case Statement.If(List<Statement.Branch> branches) -> {
                for (Statement.Branch branch : branches) {
                    if (branch.condition() == null || Values.truth(evaluator.value(branch.condition(), scope))) {
                        return run(branch.body(), scope, out);
                    }
                }
            }
            case Statement.For loop -> loop(loop, scope, out);
            case Statement.Set set -> set(set, scope);
            case Statement.SetBlock(String name, List<Statement> body) -> {
                StringBuilder text = new StringBuilder();
                run(body, new Scope(scope), text);
                scope.set(name, text.toString());
            }
            case Statement.Macro macro -> scope.set(macro.name(), function(macro, scope));
            case Statement.Generation(List<Statement> body, int line) -> {
                if (out != whole) {
                    throw Errors.unsupported(line, "the tag 'generation' inside a macro or 'set'");
                }
                int start = out.length();
                Flow flow = run(body, new Scope(scope), out);
                generated.add(new Template.Span(start, out.length()));
                return flow;
            }
            case Statement.Break _ -> {
                return Flow.BREAK;
            }
            case Statement.Continue _ -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private void write(String text, int line, StringBuilder out) {
        budget.write(text.length(), line);
        out.append(text);
    }

    private void set(Statement.Set set, Scope scope) {
        Object value = evaluator.value(set.value(), scope);
        if (set.attribute() == null) {
            scope.set(set.name(), value);
        } else if (scope.get(set.name()) instanceof Namespace namespace) {
            namespace.attributes().put(set.attribute(), value);
        } else {
            throw Errors.at(set.line(), "found an attribute of '" + set.name() + "' set, which is no namespace");
        }
    }

    private void loop(Statement.For loop, Scope scope, StringBuilder out) {
        List<@Nullable Object> elements = new ArrayList<>();
        for (Object element : Values.elements(evaluator.value(loop.in(), scope), loop.line())) {
            Scope tried = new Scope(scope);
            bind(loop, element, tried);
            if (loop.only() == null || Values.truth(evaluator.value(loop.only(), tried))) {
                elements.add(element);
            }
        }
        if (elements.isEmpty()) {
            run(loop.otherwise(), new Scope(scope), out);
        }
        for (int i = 0; i < elements.size(); i++) {
            budget.step(loop.line());
            Scope inner = new Scope(scope);
            bind(loop, elements.get(i), inner);
            inner.set("loop", place(elements, i));
            if (run(loop.body(), inner, out) == Flow.BREAK) {
                return;
            }
        }
    }

    private static void bind(Statement.For loop, @Nullable Object element, Scope scope) {
        List<String> names = loop.names();
        if (names.size() == 1) {
            scope.set(names.getFirst(), element);
            return;
        }
        List<@Nullable Object> parts = Values.elements(element, loop.line());
        if (parts.size() != names.size()) {
            throw Errors.at(loop.line(), "found " + parts.size() + " values, expected " + names.size());
        }
        for (int i = 0; i < parts.size(); i++) {
            scope.set(names.get(i), parts.get(i));
        }
    }

    private static Map<String, @Nullable Object> place(List<@Nullable Object> elements, int i) {
        int size = elements.size();
        Map<String, @Nullable Object> place = new LinkedHashMap<>();
        place.put("index", i + 1L);
        place.put("index0", (long) i);
        place.put("revindex", (long) size - i);
        place.put("revindex0", size - i - 1L);
        place.put("first", i == 0);
        place.put("last", i == size - 1);
        place.put("length", (long) size);
        place.put("previtem", i == 0 ? new Undefined("loop.previtem") : elements.get(i - 1));
        place.put("nextitem", i == size - 1 ? new Undefined("loop.nextitem") : elements.get(i + 1));
        return place;
    }

    private Function function(Statement.Macro macro, Scope scope) {
        return (positional, named, line) -> {
            List<String> parameters = macro.parameters();
            if (positional.size() > parameters.size() || !parameters.containsAll(named.keySet())) {
                throw Errors.at(line, "found other arguments than the parameters " + parameters + " of '" + macro.name()
                        + "'");
            }
            budget.enter(line);
            Scope inner = new Scope(scope);
            for (int i = 0; i < parameters.size(); i++) {
                String name = parameters.get(i);
                Expression otherwise = macro.defaults().get(i);
                inner.set(name, i < positional.size() ? positional.get(i)
                        : named.containsKey(name) ? named.get(name)
                        : otherwise == null ? new Undefined(name) : evaluator.value(otherwise, inner));
            }
            StringBuilder text = new StringBuilder();
            run(macro.body(), inner, text);
            budget.leave();
            return text.toString();
        };
    }
}
