package io.headrace.bench.detect;

/** The benchmark can't be run on what it was given. The message is one line for the person who gave it. */
final class WrongInputException extends RuntimeException {
    WrongInputException(String message) {
        super(message);
    }

    WrongInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
