package io.headrace.streams.detect;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Reading;
import io.headrace.streams.detect.detector.Detector;
import io.headrace.streams.detect.episode.Moment;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.api.Record;

/** A reading that is being looked at, and what was seen of its device's episodes on the way. */
final class Message {
    private static final SortedSet<String> NONE = Collections.emptySortedSet();

    private final Record<String, Reading> record;
    private final Moment moment;

    /** Whether an episode of one of its metrics is open. */
    boolean isAnyOpen;
    /** Whether an episode in which a metric didn't fit the others ended before it for another reason than calm. */
    boolean isJointCut;
    /** Metrics of which such an episode is open: what is to be said of them hangs on the others. */
    SortedSet<String> unfit = NONE;

    Message(Record<String, Reading> record, Moment moment) {
        this.record = record;
        this.moment = moment;
    }

    void isUnfit(String metric) {
        unfit = unfit.isEmpty() ? new TreeSet<>() : unfit;
        unfit.add(metric);
        isAnyOpen = true;
    }

    String device() {
        return record.key();
    }

    Reading reading() {
        return record.value();
    }

    Map<String, Object> values() {
        return record.value().getValues();
    }

    Moment moment() {
        return moment;
    }

    /** Of the record, epoch milliseconds. */
    long timestamp() {
        return record.timestamp();
    }

    /** When it was measured, as detectors want it. */
    long time() {
        return moment.isKnown() ? Math.floorDiv(moment.at(), 1_000) : Detector.UNKNOWN_TIME;
    }

    String origin() {
        return Headers.find(record.headers(), Headers.ORIGIN)
                .orElseGet(() -> OriginHeader.ofMessage(record.value().getOrigin()));
    }
}
