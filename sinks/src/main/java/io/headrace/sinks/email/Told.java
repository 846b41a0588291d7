package io.headrace.sinks.email;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.catalogue.Reason;
import io.headrace.record.Notification;
import io.headrace.sinks.convert.RecordJson;
import io.headrace.sinks.refused.RefusedRecordException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A notification that is to be delivered: a record of {@link Notification}, by whatever converter it was read.
 *
 * @param id of the notification
 * @param address who is told
 * @param fields the record's
 */
record Told(SinkRecord record, String id, String address, JsonNode fields) {
    /** @throws RefusedRecordException where it can never become a mail */
    static Told of(SinkRecord record) {
        JsonNode fields = RecordJson.of(record);
        for (String needed : new String[] {"id", "target", "state", "device_id", "rule_id", "message", "raised_at"}) {
            if (!fields.path(needed).isTextual()) {
                throw new RefusedRecordException(Reason.UNEXPECTED_SHAPE, "a notification without " + needed);
            }
        }
        String address = fields.path("target").textValue();
        try {
            new InternetAddress(address, true);
        } catch (AddressException e) {
            throw new RefusedRecordException(Reason.UNEXPECTED_SHAPE, "target is no address: " + e.getMessage());
        }
        return new Told(record, fields.path("id").textValue(), address, fields);
    }

    TopicPartition partition() {
        return new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
    }

    long offset() {
        return record.originalKafkaOffset();
    }

    /** One line: what a device says must not begin a header, nor a line that looks like ours. Empty for a missing one. */
    String text(String field) {
        JsonNode value = fields.path(field);
        return value.isNull()
                ? ""
                : value.asText().replaceAll("\\p{Cntrl}+", " ").strip();
    }

    Optional<Instant> time(String field) {
        try {
            return Optional.of(text(field)).filter(text -> !text.isEmpty()).map(Instant::parse);
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }

    String state() {
        return text("state").toLowerCase(Locale.ROOT);
    }

    boolean isOver() {
        return state().equals("cleared");
    }
}
