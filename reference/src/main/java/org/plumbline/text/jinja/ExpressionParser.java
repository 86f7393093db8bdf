package org.plumbline.text.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;
import org.plumbline.text.jinja.Expression.Arguments;
import org.plumbline.text.jinja.Token.Kind;

/** Expressions by recursive descent, with Jinja's order of operators. */
final class ExpressionParser {
    private static final int DEEPEST = 100;
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=");
    private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and", "is", "if", "not", "in");

    private final List<Token> tokens;
    private int at;
    private int depth;

    ExpressionParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        return tokens.get(at < tokens.size() - 1 ? at++ : at);
    }

    private Token peekSecond() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    boolean accept(String operator) {
        if (peek().is(operator)) {
            next();
            return true;
        }
        return false;
    }

    boolean acceptName(String name) {
        if (peek().isName(name)) {
            next();
            return true;
        }
        return false;
    }

    void expect(String operator) {
        if (!accept(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    String name() {
        if (peek().kind() != Kind.NAME) {
            throw unexpected("a name");
        }
        return next().text();
    }

    InputException unexpected(String expected) {
        return Errors.at(peek().line(), "found " + peek().shown() + ", expected " + expected);
    }

    /** An expression, or several with commas between, which are a tuple. */
    Expression tuple() {
        int line = peek().line();
        Expression first = expression();
        if (!peek().is(",")) {
            return first;
        }
        List<Expression> elements = new ArrayList<>(List.of(first));
        while (accept(",")) {
            if (peek().is(")") || peek().kind() == Kind.BLOCK_END || peek().kind() == Kind.VARIABLE_END) {
                break;
            }
            elements.add(expression());
        }
        return new Expression.ListOf(elements, line);
    }

    Expression expression() {
        int line = peek().line();
        deeper(line);
        Expression value = or();
        while (acceptName("if")) {
            Expression condition = or();
            Expression no = acceptName("else") ? expression() : null;
            value = new Expression.Conditional(condition, value, no, line);
        }
        depth--;
        return value;
    }

    private void deeper(int line) {
        if (++depth > DEEPEST) {
            throw Errors.at(line, "found expressions more than " + DEEPEST + " deep in each other");
        }
    }

    /** What a loop is over: a condition after it is the loop's. */
    Expression withoutCondition() {
        return or();
    }

    private Expression or() {
        Expression left = and();
        while (peek().isName("or")) {
            int line = next().line();
            left = new Expression.Or(left, and(), line);
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (peek().isName("and")) {
            int line = next().line();
            left = new Expression.And(left, not(), line);
        }
        return left;
    }

    private Expression not() {
        if (!peek().isName("not")) {
            return comparison();
        }
        int line = next().line();
        deeper(line);
        Expression value = new Expression.Not(not(), line);
        depth--;
        return value;
    }

    private Expression comparison() {
        int line = peek().line();
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> others = new ArrayList<>();
        while (true) {
            Token token = peek();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                operators.add(next().text());
            } else if (acceptName("in")) {
                operators.add("in");
            } else if (token.isName("not") && peekSecond().isName("in")) {
                next();
                next();
                operators.add("not in");
            } else {
                return operators.isEmpty() ? first : new Expression.Comparison(first, operators, others, line);
            }
            others.add(sum());
        }
    }

    private Expression sum() {
        Expression left = joined();
        while (peek().is("+") || peek().is("-")) {
            Token operator = next();
            left = new Expression.Binary(operator.text(), left, joined(), operator.line());
        }
        return left;
    }

    private Expression joined() {
        Expression left = product();
        while (peek().is("~")) {
            int line = next().line();
            left = new Expression.Binary("~", left, product(), line);
        }
        return left;
    }

    private Expression product() {
        Expression left = unary(true);
        while (peek().is("*") || peek().is("/") || peek().is("//") || peek().is("%")) {
            Token operator = next();
            left = new Expression.Binary(operator.text(), left, unary(true), operator.line());
        }
        if (peek().is("**")) {
            throw Errors.unsupported(peek().line(), "the operator '**'");
        }
        return left;
    }

    private Expression unary(boolean filters) {
        int line = peek().line();
        Expression value;
        if (accept("-")) {
            deeper(line);
            value = new Expression.Negative(unary(false), line);
            depth--;
        } else if (accept("+")) {
            deeper(line);
            value = unary(false);
            depth--;
        } else {
            value = postfix(primary());
        }
        return filters ? filtered(value) : value;
    }

    private Expression primary() {
        Token token = next();
        int line = token.line();
        return switch (token.kind()) {
            case NAME -> switch (token.text()) {
                case "true", "True" -> new Expression.Constant(true, line);
                case "false", "False" -> new Expression.Constant(false, line);
                case "none", "None" -> new Expression.Constant(null, line);
                default -> new Expression.Name(token.text(), line);
            };
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (peek().kind() == Kind.STRING) {
                    text.append(next().text());
                }
                yield new Expression.Constant(text.toString(), line);
            }
            case INTEGER -> new Expression.Constant(integer(token), line);
            case FLOAT -> new Expression.Constant(Double.parseDouble(token.text().replace("_", "")), line);
            case OPERATOR -> switch (token.text()) {
                case "(" -> inParentheses(line);
                case "[" -> new Expression.ListOf(elements("]"), line);
                case "{" -> dict(line);
                default -> throw Errors.at(line, "found " + token.shown() + ", expected an expression");
            };
            default -> throw Errors.at(line, "found " + token.shown() + ", expected an expression");
        };
    }

    private static long integer(Token token) {
        try {
            return Long.parseLong(token.text().replace("_", ""));
        } catch (NumberFormatException e) {
            throw Errors.unsupported(token.line(), "the number " + token.text());
        }
    }

    private Expression inParentheses(int line) {
        if (accept(")")) {
            return new Expression.ListOf(List.of(), line);
        }
        Expression inside = tuple();
        expect(")");
        return inside;
    }

    private List<Expression> elements(String end) {
        List<Expression> elements = new ArrayList<>();
        while (!accept(end)) {
            elements.add(expression());
            if (!peek().is(end)) {
                expect(",");
            }
        }
        return elements;
    }

    private Expression dict(int line) {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!accept("}")) {
            keys.add(expression());
            expect(":");
            values.add(expression());
            if (!peek().is("}")) {
                expect(",");
            }
        }
        return new Expression.DictOf(keys, values, line);
    }

    private Expression postfix(Expression value) {
        Expression left = value;
        while (true) {
            int line = peek().line();
            if (accept(".")) {
                left = peek().kind() == Kind.INTEGER
                        ? new Expression.Item(left, new Expression.Constant(integer(next()), line), line)
                        : new Expression.Attribute(left, name(), line);
            } else if (accept("[")) {
                left = subscript(left, line);
            } else if (accept("(")) {
                left = new Expression.Call(left, arguments(), line);
            } else {
                return left;
            }
        }
    }

    private Expression subscript(Expression of, int line) {
        Expression from = peek().is(":") ? null : expression();
        if (accept("]")) {
            if (from == null) {
                throw unexpected("an index");
            }
            return new Expression.Item(of, from, line);
        }
        expect(":");
        Expression to = bound();
        Expression step = accept(":") ? bound() : null;
        expect("]");
        return new Expression.Slice(of, from, to, step, line);
    }

    private @Nullable Expression bound() {
        return peek().is(":") || peek().is("]") ? null : expression();
    }

    private Arguments arguments() {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!accept(")")) {
            if (peek().kind() == Kind.NAME && peekSecond().is("=")) {
                String name = name();
                next();
                named.put(name, expression());
            } else if (peek().is("*") || peek().is("**")) {
                throw Errors.unsupported(peek().line(), "arguments from a list");
            } else {
                positional.add(expression());
            }
            if (!peek().is(")")) {
                expect(",");
            }
        }
        return new Arguments(positional, named);
    }

    private Expression filtered(Expression value) {
        Expression left = value;
        while (true) {
            int line = peek().line();
            if (accept("|")) {
                String name = name();
                left = new Expression.Filter(left, name, accept("(") ? arguments() : none(), line);
            } else if (acceptName("is")) {
                boolean negated = acceptName("not");
                String name = name();
                left = new Expression.Test(left, name, testArguments(), negated, line);
            } else if (accept("(")) {
                left = new Expression.Call(left, arguments(), line);
            } else {
                return left;
            }
        }
    }

    private static Arguments none() {
        return new Arguments(List.of(), Map.of());
    }

    /** A test takes its one argument with parentheses or without. */
    private Arguments testArguments() {
        if (accept("(")) {
            return arguments();
        }
        Token token = peek();
        boolean begins = switch (token.kind()) {
            case NAME -> !NO_ARGUMENT.contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            default -> token.is("[") || token.is("{");
        };
        return begins ? new Arguments(List.of(postfix(primary())), Map.of()) : none();
    }
}
