package io.headrace.condition;

/** An expression can't be used; the message is one line for the person who wrote it, with the place. */
public final class InvalidConditionException extends Exception {
    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;
    private final String snippet;

    InvalidConditionException(String problem, int line, int column, String expression) {
        super("at line " + line + ", column " + column + ": " + problem, null, false, false);
        this.line = line;
        this.column = column;
        String text = expression.lines().skip(line - 1L).findFirst().orElse("").replace('\t', ' ');
        this.snippet = text + "\n" + " ".repeat(Math.min(column - 1, text.length())) + "^";
    }

    /** From 1. */
    public int line() {
        return line;
    }

    /** From 1. */
    public int column() {
        return column;
    }

    /** The line of the expression, and below it a caret where the problem is. */
    public String snippet() {
        return snippet;
    }
}
