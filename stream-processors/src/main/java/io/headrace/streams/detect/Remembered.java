package io.headrace.streams.detect;

import io.headrace.streams.detect.detector.JointDetector.JointMemory;
import io.headrace.streams.detect.detector.Memory;
import io.headrace.streams.detect.episode.Moment;
import io.headrace.streams.detect.episode.Onsets;
import io.headrace.streams.detect.episode.Watch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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

    /** How a device's metrics go together, and which findings of that begin an anomaly. */
    record Together(JointMemory memory, Onsets onsets) {}

    /**
     * What is known of a device.
     *
     * @param together null for one that never sent several metrics in one message
     */
    record Device(Watched watched, @Nullable Together together) implements Remembered {
        /** Of the layout with metrics together. Without them it is that of {@link Watched}, which begins with a 0. */
        private static final byte VERSION = 1;

        static final Device UNKNOWN = new Device(Watched.NONE, null);

        /** @param memory of what was stored of it */
        static Device ofStored(byte[] stored, Function<byte[], @Nullable JointMemory> memory) {
            if (stored[0] != VERSION) {
                return new Device(Watched.ofStored(stored), null);
            }
            ByteBuffer in = ByteBuffer.wrap(stored, 1, stored.length - 1);
            byte[] watched = new byte[in.getInt()];
            in.get(watched);
            Onsets onsets = Onsets.load(in);
            byte[] remembered = new byte[in.remaining()];
            in.get(remembered);
            JointMemory joint = memory.apply(remembered);
            return new Device(Watched.ofStored(watched), joint == null ? null : new Together(joint, onsets));
        }

        @Override
        public byte[] stored() {
            byte[] first = watched.stored();
            if (together == null) {
                return first;
            }
            byte[] memory = together.memory.stored();
            ByteBuffer out = ByteBuffer.allocate(1 + Integer.BYTES + first.length + Onsets.BYTES + memory.length)
                    .put(VERSION)
                    .putInt(first.length)
                    .put(first);
            together.onsets.save(out);
            return out.put(memory).array();
        }

        Device with(Watched changed) {
            return new Device(changed, together);
        }
    }

    /**
     * How many metrics of a device are watched, and the event that its anomalies belong to.
     *
     * @param event the newest one; empty for none. Before there were any, nothing of it was stored
     * @param eventAt event time of its first onset, epoch microseconds
     */
    record Watched(int metrics, String event, long eventAt) {
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

        byte[] stored() {
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
