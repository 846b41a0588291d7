package io.headrace.streams.actions;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.catalogue.DeviceId;
import io.headrace.record.Alert;
import io.headrace.record.AlertForecast;
import io.headrace.record.DeviceCommand;
import io.headrace.record.Evidence;
import io.headrace.record.Notification;
import io.headrace.record.NotificationChannel;
import io.headrace.streams.actions.Action.Command;
import io.headrace.streams.actions.Action.Email;
import io.headrace.streams.actions.Action.Webhook;
import io.headrace.template.Places;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the records of what actions do. */
final class Deeds {
    private static final int LONGEST_SUBJECT = 300;

    private Deeds() {}

    static Notification webhook(Occasion occasion, Action action, Webhook webhook, Instant now) {
        return notification(occasion, now)
                .setId(DeedId.of(occasion, action, ""))
                .setChannel(NotificationChannel.WEBHOOK)
                .setTarget(webhook.target())
                .build();
    }

    /** One for each address: what becomes of the one is no matter of the others. */
    static List<Notification> emails(Occasion occasion, Action action, Email email, Instant now) {
        String subject = email.subject()
                .map(template -> oneLine(Places.filled(template, fields(occasion, now))))
                .orElse(null);
        return email.to().stream()
                .map(address -> notification(occasion, now)
                        .setId(DeedId.of(occasion, action, address))
                        .setChannel(NotificationChannel.EMAIL)
                        .setTarget(address)
                        .setTo(email.to())
                        .setSubject(subject)
                        .build())
                .toList();
    }

    /** A message is a device's, or a person's: in a subject it must not begin a header of its own. */
    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > LONGEST_SUBJECT ? line.substring(0, LONGEST_SUBJECT - 1) + "…" : line;
    }

    /** Empty where the alert is about no single device, and the action names none. */
    static Optional<DeviceCommand> command(Occasion occasion, Action action, Command command, Instant now) {
        Alert alert = occasion.alert();
        String device = command.device().orElse(alert.getDeviceId());
        if (!DeviceId.isValid(device)) {
            return Optional.empty();
        }
        byte[] payload = command.payload()
                .map(template -> template.body(fields(occasion, now)))
                .orElse(new byte[0]);
        return Optional.of(DeviceCommand.newBuilder()
                .setId(DeedId.of(occasion, action, ""))
                .setDeviceId(device)
                .setName(command.name())
                .setPayload(ByteBuffer.wrap(payload))
                .setCreatedAt(now)
                .setExpiresAt(now.plusMillis(command.ttlMs()))
                .setBy("rule:" + alert.getRuleId())
                .setAlertId(alert.getId())
                .build());
    }

    private static JsonNode fields(Occasion occasion, Instant now) {
        return RecordFields.of(notification(occasion, now)
                .setId("")
                .setChannel(NotificationChannel.OTHER)
                .setTarget("")
                .build());
    }

    private static Notification.Builder notification(Occasion occasion, Instant now) {
        Alert alert = occasion.alert();
        Evidence last = newest(alert.getEvidence());
        AlertForecast forecast = alert.getForecast();
        return Notification.newBuilder()
                .setState(occasion.event())
                .setAlertId(alert.getId())
                .setDeviceId(alert.getDeviceId())
                .setRuleId(alert.getRuleId())
                .setSeverity(alert.getSeverity())
                .setMessage(alert.getMessage())
                .setMetric(last == null ? null : last.getMetric())
                .setValue(last == null ? null : last.getValue())
                .setRaisedAt(alert.getRaisedAt())
                .setClearedAt(alert.getClearedAt())
                .setReceivedAt(alert.getReceivedAt())
                .setAcknowledgedBy(alert.getAcknowledgedBy())
                .setNote(occasion.note().orElse(null))
                .setEpisode(alert.getEpisode())
                .setHeldBack(alert.getHeldBack())
                .setEscalationLevel(alert.getEscalationLevel())
                .setGroup(alert.getMemberTotal() > 0 ? alert.getGroup() : null)
                .setMemberCount(alert.getMemberCount())
                .setMembers(alert.getMembers())
                .setEvidence(alert.getEvidence())
                .setOrigin(alert.getOrigin())
                .setCreatedAt(now)
                .setForecastAt(forecast == null ? null : forecast.getAt())
                .setForecastEarliest(forecast == null ? null : forecast.getEarliest())
                .setForecastLatest(forecast == null ? null : forecast.getLatest());
    }

    private static @Nullable Evidence newest(List<Evidence> evidence) {
        return evidence.stream()
                .max(Comparator.comparing(Evidence::getObservedAt))
                .orElse(null);
    }
}
