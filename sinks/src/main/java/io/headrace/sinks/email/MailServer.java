package io.headrace.sinks.email;

import jakarta.mail.internet.MimeMessage;
import java.io.Closeable;

/** Takes mails. For one thread. */
interface MailServer {
    /** What became of a mail. */
    sealed interface Answer {
        /** The server has it. */
        record Sent() implements Answer {}

        /** It will never have it: the address, or the mail, is at fault. */
        record Refused(String why) implements Answer {}

        /** Not now, for this address or mail alone. */
        record PutOff(String why) implements Answer {}

        /** The server, or the way to it, or our access to it: somebody mends that, and then nothing is lost. */
        record Away(String why) implements Answer {}
    }

    /** A connection, made when the first mail needs it. */
    interface Connection extends Closeable {
        Answer send(MimeMessage mail, String address);

        @Override
        void close();
    }

    Connection connection();
}
