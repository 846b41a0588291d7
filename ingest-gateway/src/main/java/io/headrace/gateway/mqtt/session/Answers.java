package io.headrace.gateway.mqtt.session;

import io.headrace.gateway.command.Answer;
import io.headrace.gateway.mqtt.codec.Packet;
import io.headrace.gateway.mqtt.codec.Properties.UserProperty;
import io.headrace.gateway.mqtt.codec.Property;
import java.util.Optional;

/** What a device publishes as the answer to a command. */
final class Answers {
    private Answers() {}

    /** Empty where the user property {@code status} is another word than {@code succeeded} or {@code failed}. */
    static Optional<Answer> of(Packet.Publish publish) {
        String contentType = publish.properties().text(Property.CONTENT_TYPE).orElse("");
        for (UserProperty property : publish.properties().user()) {
            if (property.name().equals("status")) {
                return Answer.outcome(property.value())
                        .map(isSuccess -> Answer.of(isSuccess, publish.payload(), contentType));
            }
        }
        return Optional.of(Answer.of(publish.payload(), contentType));
    }
}
