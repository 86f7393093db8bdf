package org.plumbline.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.plumbline.text.jinja.Token.Kind;

/** Statements of a template. */
final class Parser {
    private static final int DEEPEST = 50;

    private final ExpressionParser in;
    private int depth;

    private Parser(List<Token> tokens) {
        this.in = new ExpressionParser(tokens);
    }

    static List<Statement> parse(String source) {
        Parser parser = new Parser(Lexer.tokens(source));
        List<Statement> statements = parser.body(Set.of());
        if (parser.in.peek().kind() != Kind.END) {
            throw parser.in.unexpected("the end of the template");
        }
        return statements;
    }

    /** Statements up to one of some tags, whose name is the next token then. */
    private List<Statement> body(Set<String> ends) {
        if (++depth > DEEPEST) {
            throw Errors.at(in.peek().line(), "found blocks more than " + DEEPEST + " deep in each other");
        }
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = in.next();
            switch (token.kind()) {
                case DATA -> statements.add(new Statement.Data(token.text()));
                case VARIABLE_BEGIN -> {
                    statements.add(new Statement.Print(in.tuple()));
                    end(Kind.VARIABLE_END, "'}}'");
                }
                case BLOCK_BEGIN -> {
                    if (ends.contains(in.peek().text())) {
                        depth--;
                        return statements;
                    }
                    statements.add(statement());
                }
                default -> {
                    if (!ends.isEmpty()) {
                        throw Errors.at(token.line(), "found " + token.shown() + ", expected one of the tags "
                                + ends.stream().sorted().toList());
                    }
                    depth--;
                    return statements;
                }
            }
        }
    }

    private void end(Kind kind, String shown) {
        if (in.next().kind() != kind) {
            throw in.unexpected(shown);
        }
    }

    private void endBlock() {
        if (in.peek().kind() != Kind.BLOCK_END) {
            throw in.unexpected("'%}'");
        }
        in.next();
    }

    /** The rest of a closing tag. */
    private void close(String tag) {
        if (!in.acceptName(tag)) {
            throw in.unexpected("'" + tag + "'");
        }
        endBlock();
    }

    private Statement statement() {
        Token tag = in.peek();
        String name = in.name();
        return switch (name) {
            case "if" -> conditions();
            case "for" -> loop(tag.line());
            case "set" -> assignment(tag.line());
            case "macro" -> macro();
            case "generation" -> {
                endBlock();
                List<Statement> body = body(Set.of("endgeneration"));
                close("endgeneration");
                yield new Statement.Generation(body, tag.line());
            }
            case "break" -> {
                endBlock();
                yield new Statement.Break();
            }
            case "continue" -> {
                endBlock();
                yield new Statement.Continue();
            }
            default -> throw Errors.unsupported(tag.line(), "the tag '" + name + "'");
        };
    }

    private Statement conditions() {
        List<Statement.Branch> branches = new ArrayList<>();
        Expression condition = in.tuple();
        endBlock();
        while (true) {
            branches.add(new Statement.Branch(condition, body(Set.of("elif", "else", "endif"))));
            if (in.acceptName("elif")) {
                condition = in.tuple();
                endBlock();
            } else if (in.acceptName("else")) {
                endBlock();
                branches.add(new Statement.Branch(null, body(Set.of("endif"))));
                close("endif");
                return new Statement.If(branches);
            } else {
                close("endif");
                return new Statement.If(branches);
            }
        }
    }

    private Statement loop(int line) {
        List<String> names = new ArrayList<>(List.of(in.name()));
        while (in.accept(",")) {
            names.add(in.name());
        }
        if (!in.acceptName("in")) {
            throw in.unexpected("'in'");
        }
        Expression elements = in.withoutCondition();
        Expression only = in.acceptName("if") ? in.expression() : null;
        if (in.peek().isName("recursive")) {
            throw Errors.unsupported(line, "a recursive loop");
        }
        endBlock();
        List<Statement> body = body(Set.of("else", "endfor"));
        List<Statement> otherwise = List.of();
        if (in.acceptName("else")) {
            endBlock();
            otherwise = body(Set.of("endfor"));
        }
        close("endfor");
        return new Statement.For(names, elements, only, body, otherwise, line);
    }

    private Statement assignment(int line) {
        String name = in.name();
        String attribute = in.accept(".") ? in.name() : null;
        if (in.peek().is(",")) {
            throw Errors.unsupported(line, "'set' of several names");
        }
        if (in.accept("=")) {
            Expression value = in.tuple();
            endBlock();
            return new Statement.Set(name, attribute, value, line);
        }
        if (attribute != null || in.peek().kind() != Kind.BLOCK_END) {
            throw in.unexpected("'='");
        }
        endBlock();
        List<Statement> body = body(Set.of("endset"));
        close("endset");
        return new Statement.SetBlock(name, body);
    }

    private Statement macro() {
        String name = in.name();
        List<String> parameters = new ArrayList<>();
        List<@Nullable Expression> defaults = new ArrayList<>();
        in.expect("(");
        while (!in.accept(")")) {
            parameters.add(in.name());
            defaults.add(in.accept("=") ? in.expression() : null);
            if (!in.peek().is(")")) {
                in.expect(",");
            }
        }
        endBlock();
        List<Statement> body = body(Set.of("endmacro"));
        close("endmacro");
        return new Statement.Macro(name, parameters, defaults, body);
    }
}
