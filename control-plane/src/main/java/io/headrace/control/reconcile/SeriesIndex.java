package io.headrace.control.reconcile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers for devices' metrics, and what is known of each device's clock. */
public final class SeriesIndex {
    /** Times of one device, in microseconds of the epoch. */
    public static final class DeviceClock {
        /** Largest observation that moves a watermark and must have been processed by now. */
        private long watermark = Long.MIN_VALUE;

        private long lastReceived = Long.MIN_VALUE;

        /** Takes an observation that moves the watermark. */
        public void observe(long observed) {
            watermark = Math.max(watermark, observed);
        }

        /** Takes when something was received. */
        public void receive(long received) {
            lastReceived = Math.max(lastReceived, received);
        }

        /** Largest observation. */
        public long watermark() {
            return watermark;
        }

        /** Newest receive time. */
        public long lastReceived() {
            return lastReceived;
        }
    }

    /** A metric of a device. */
    public record DeviceMetric(String device, String metric) {}

    private final Map<String, DeviceClock> clocks = new HashMap<>();
    private final Map<DeviceMetric, Integer> numbers = new HashMap<>();
    private final List<DeviceMetric> byNumber = new ArrayList<>();

    /** Made where it isn't known. */
    public DeviceClock clock(String device) {
        return clocks.computeIfAbsent(device, key -> new DeviceClock());
    }

    /** Given where it has none. */
    public int numberOf(String device, String metric) {
        return numbers.computeIfAbsent(new DeviceMetric(device, metric), key -> {
            byNumber.add(key);
            return byNumber.size() - 1;
        });
    }

    /** The metric of a number. */
    public DeviceMetric metric(int number) {
        return byNumber.get(number);
    }

    /** Writes all that is known. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(clocks.size());
        for (Map.Entry<String, DeviceClock> each : clocks.entrySet()) {
            out.writeUTF(each.getKey());
            out.writeLong(each.getValue().watermark);
            out.writeLong(each.getValue().lastReceived);
        }
        out.writeInt(byNumber.size());
        for (DeviceMetric metric : byNumber) {
            out.writeUTF(metric.device);
            out.writeUTF(metric.metric);
        }
    }

    /** Reads it into an empty index. */
    public void read(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            DeviceClock clock = clock(in.readUTF());
            clock.observe(in.readLong());
            clock.receive(in.readLong());
        }
        for (int left = in.readInt(); left > 0; left--) {
            numberOf(in.readUTF(), in.readUTF());
        }
    }
}
