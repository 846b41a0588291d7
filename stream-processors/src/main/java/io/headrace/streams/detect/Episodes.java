package io.headrace.streams.detect;

import io.headrace.record.Anomaly;
import io.headrace.streams.detect.Remembered.Metric;
import io.headrace.streams.detect.Remembered.Together;
import io.headrace.streams.detect.detector.Finding;
import io.headrace.streams.detect.episode.AnomalyRecords;
import io.headrace.streams.detect.episode.AnomalyRecords.Onset;
import io.headrace.streams.detect.episode.Watch;
import java.time.Instant;

/** Tells what becomes of a task's episodes, and remembers it. */
record Episodes(
        Memories memories, OpenEpisodes open, AnomalyRecords records, AnomalyOutput output, DetectMeters meters) {
    /**
     * @param threshold from which the finding was strange
     * @param now epoch milliseconds by the wall clock
     */
    void opened(Message message, String metric, Metric known, Finding finding, double threshold, long now) {
        String origin = message.origin();
        String event = memories.event(message.device(), origin, message.moment());
        Anomaly anomaly =
                records.opened(known.watch(), new Onset(message.reading(), metric, origin, threshold), finding, event);
        memories.put(message.device(), metric, known); // another slot was asked for since
        open.opened(message.device(), metric, now);
        meters.opened(anomaly);
        tell(anomaly, message);
    }

    void worsened(Message message, Watch watch) {
        tell(records.worsened(watch, message.reading().getReceivedAt()), message);
    }

    void closed(Message message, String metric, Watch watch) {
        tell(records.closed(watch, message.reading().getReceivedAt()), message);
        watch.close();
        open.closed(message.device(), metric);
    }

    private void tell(Anomaly anomaly, Message message) {
        output.tell(anomaly, message.origin(), message.timestamp());
    }

    /** As {@link OpenEpisodes.Looker}. */
    long look(String device, String metric, long now, long since) {
        Metric known = memories.find(device, metric);
        if (known == null || !known.watch().isOpen()) {
            return -1;
        }
        Watch watch = known.watch();
        long left = watch.leftMs(now - Math.max(Math.min(watch.heardAt(), now), since));
        if (left < 0) {
            boolean isJoint = watch.isJoint();
            Anomaly closed = records.closed(watch, Instant.ofEpochMilli(watch.heardAt()));
            watch.cutShort();
            memories.put(device, metric, known);
            if (isJoint) {
                cutJoint(device);
            }
            output.tell(closed, watch.heardAt());
        }
        return left;
    }

    private void cutJoint(String device) {
        Together together = memories.together(device);
        if (together != null) {
            together.onsets().cutShort();
        }
    }
}
