package io.headrace.sinks.email;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;

import io.headrace.record.ActionEvent;
import io.headrace.record.Evidence;
import io.headrace.record.Notification;
import io.headrace.record.NotificationChannel;
import io.headrace.record.Origin;
import io.headrace.record.Severity;
import java.util.List;

/** Notifications as the processors write them. */
final class Notifications {
    private Notifications() {}

    static Notification.Builder of(int number, String address) {
        return Notification.newBuilder()
                .setId("hot:raised:" + number)
                .setChannel(NotificationChannel.EMAIL)
                .setTarget(address)
                .setTo(List.of(address))
                .setState(ActionEvent.RAISED)
                .setAlertId("hot/press-" + number + "/1")
                .setDeviceId("press-" + number)
                .setRuleId("hot")
                .setSeverity(Severity.CRITICAL)
                .setMessage("temperature is 93.2, above 80")
                .setMetric("temperature")
                .setValue(93.2)
                .setRaisedAt(NOON)
                .setReceivedAt(NOON)
                .setEvidence(List.of(
                        new Evidence("temperature", NOON.minusSeconds(2), 78.5),
                        new Evidence("temperature", NOON.minusSeconds(1), 85.0),
                        new Evidence("temperature", NOON, 93.2)))
                .setOrigin(new Origin(0, (long) number, 0))
                .setCreatedAt(NOON);
    }

    static String topic() {
        return CATALOGUE.notifications().name();
    }
}
