package io.headrace.control.reconcile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers for devices' metrics, and what is known of each device's clock. */
final class SeriesIndex {
    /** Times of one device, in microseconds of the epoch. */
    static final class DeviceClock {
        /** Largest observation that moves a watermark and must have been processed by now. */
        private long watermark = Long.MIN_VALUE;

        private long lastReceived = Long.MIN_VALUE;

        void observe(long observed) {
            watermark = Math.max(watermark, observed);
        }

        void receive(long received) {
            lastReceived = Math.max(lastReceived, received);
        }

        long watermark() {
            return watermark;
        }

        long lastReceived() {
            return lastReceived;
        }
    }

    /** A metric of a device. */
    record DeviceMetric(String device, String metric) {}

    private final Map<String, DeviceClock> clocks = new HashMap<>();
    private final Map<DeviceMetric, Integer> numbers = new HashMap<>();
    private final List<DeviceMetric> byNumber = new ArrayList<>();

    DeviceClock clock(String device) {
        return clocks.computeIfAbsent(device, key -> new DeviceClock());
    }

    int numberOf(String device, String metric) {
        return numbers.computeIfAbsent(new DeviceMetric(device, metric), key -> {
            byNumber.add(key);
            return byNumber.size() - 1;
        });
    }

    DeviceMetric metric(int number) {
        return byNumber.get(number);
    }
}
