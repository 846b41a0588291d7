package io.headrace.streams.alerts;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Alert;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/** What travels with alerts as headers. */
public final class AlertMarks {
    private AlertMarks() {}

    /** Headers of a record about an alert that is decided on now, epoch milliseconds. */
    static RecordHeaders headers(Alert alert, long now) {
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ORIGIN, OriginHeader.ofMessage(alert.getOrigin()));
        Headers.set(headers, Headers.DECIDED_AT, Long.toString(now));
        return headers;
    }

    /** Has all that is kept of an alert forgotten, since its device is erased: it goes the alert's own way. */
    public static Record<String, Alert> erasure(Alert alert, long timestamp) {
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ERASE, "1");
        return new Record<>(alert.getDeviceId(), alert, timestamp, headers);
    }

    static boolean isErasure(Record<String, Alert> record) {
        return Headers.find(record.headers(), Headers.ERASE).isPresent();
    }
}
