package io.headrace.streams.detect;

import io.headrace.streams.detect.detector.Memory;
import io.headrace.streams.detect.episode.Moment;
import io.headrace.streams.detect.episode.Watch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What stands under one key of the fragment's store. */
sealed interface Remembered {
    byte[] stored();

    /** What the detector remembers of a metric, and what is known of its anomalies. */
    record Metric(Memory memory, Watch watch) implements Remembered {
        @Override
        public byte[] stored() {
            return watch.stored(memory.stored());
        }
    }

    /**
     * What is known of a device.
     *
     * @param metrics how many of it are watched
     * @param event the newest one; empty for none. Before there were any, nothing of it was stored
     * @param eventAt event time of its first onset, epoch microseconds
     */
    record Watched(int metrics, String event, long eventAt) implements Remembered {
        /** What begins within this time of an event is part of it. */
        private static final long TOGETHER_MICROS = 5 * 60 * 1_000_000L;

        static final Watched NONE = new Watched(0, "", 0);

        static Watched ofStored(byte[] stored) {
            ByteBuffer in = ByteBuffer.wrap(stored);
            int metrics = in.getInt();
            if (!in.hasRemaining()) {
                return new Watched(metrics, "", 0);
            }
            long eventAt = in.getLong();
            return new Watched(
                    metrics, new String(stored, in.position(), in.remaining(), StandardCharsets.UTF_8), eventAt);
        }

        @Override
        public byte[] stored() {
            byte[] text = event.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(Integer.BYTES + Long.BYTES + text.length)
                    .putInt(metrics)
                    .putLong(eventAt)
                    .put(text)
                    .array();
        }

        Watched withOneMore() {
            return new Watched(metrics + 1, event, eventAt);
        }

        /** @param origin of the reading in which another metric's episode begins */
        Watched withOnset(String device, String origin, Moment moment) {
            boolean isPart = !event.isEmpty() && Math.abs(moment.at() - eventAt) <= TOGETHER_MICROS;
            return isPart ? this : new Watched(metrics, device + "/" + origin, moment.at());
        }
    }
}
