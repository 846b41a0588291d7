package io.headrace.gateway.amqp.message;

import io.headrace.catalogue.Headers;
import io.headrace.gateway.amqp.codec.Outcome;
import io.headrace.gateway.command.Answer;
import io.headrace.gateway.ingest.Message;
import io.headrace.gateway.ingest.Message.Fact;
import java.util.Optional;

/** What a message to {@link CommandMessage#REPLY_TO} says. */
public sealed interface CommandAnswer {
    /**
     * A device's answer.
     *
     * @param commandId as the device gives it; may be anything
     */
    record Good(String commandId, Answer answer) implements CommandAnswer {}

    /**
     * None.
     *
     * @param outcome a rejection
     */
    record Refused(Outcome outcome) implements CommandAnswer {}

    /** Where there is a property {@code status} it says how it went, and the body is the payload; else the body says all. */
    static CommandAnswer of(Message message) {
        Optional<String> commandId = Fact.find(message.facts(), Headers.CORRELATION_ID);
        if (commandId.isEmpty()) {
            return new Refused(Outcome.NO_COMMAND);
        }
        String contentType = Fact.find(message.facts(), Headers.CONTENT_TYPE).orElse("");
        Optional<String> status = Fact.find(message.facts(), Headers.PROPERTY_PREFIX + "status");
        if (status.isEmpty()) {
            return new Good(commandId.get(), Answer.of(message.payload(), contentType));
        }
        return Answer.outcome(status.get())
                .<CommandAnswer>map(
                        isSuccess -> new Good(commandId.get(), Answer.of(isSuccess, message.payload(), contentType)))
                .orElseGet(() -> new Refused(Outcome.NO_STATUS));
    }
}
