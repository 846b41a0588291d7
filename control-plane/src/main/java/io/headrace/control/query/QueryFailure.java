package io.headrace.control.query;

import io.headrace.control.http.Problem;

/** Why a query has no answer, or not the whole of it. The message is one line for whoever asked. */
final class QueryFailure extends RuntimeException {
    private final Kind kind;

    enum Kind {
        /** The statement is wrong. */
        WRONG,
        /** It would cost more than it may, or was stopped. */
        TOO_MUCH,
        /** A tier can't be read just now. */
        AWAY
    }

    private QueryFailure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    static QueryFailure wrong(String message) {
        return new QueryFailure(Kind.WRONG, message);
    }

    static QueryFailure tooMuch(String message) {
        return new QueryFailure(Kind.TOO_MUCH, message);
    }

    static QueryFailure away(String message) {
        return new QueryFailure(Kind.AWAY, message);
    }

    Kind kind() {
        return kind;
    }

    Problem problem() {
        String detail = String.valueOf(getMessage());
        return switch (kind) {
            case WRONG -> Problem.badRequest(detail);
            case TOO_MUCH -> Problem.unprocessable(detail);
            case AWAY -> Problem.unavailable(detail);
        };
    }
}
