package io.headrace.demo;

/** The gateway didn't take a connection or a message. The message is one line. */
final class NotAcceptedException extends RuntimeException {
    NotAcceptedException(String message) {
        super(message);
    }
}
