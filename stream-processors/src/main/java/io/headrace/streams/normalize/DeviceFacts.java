package io.headrace.streams.normalize;

import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import io.headrace.streams.enrich.Calibration;
import io.headrace.streams.enrich.DeviceProfile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What normalize needs to know of a device.
 *
 * @param quarantined whether its messages are set aside
 * @param profile what its readings are enriched by
 */
record DeviceFacts(boolean quarantined, DeviceProfile profile) {
    /**
     * Layout 2: version, quarantined; tags, then units, each as a count and pairs of texts; calibrations as a count,
     * and for each metric its name, a count, and start in microseconds, scale and offset of each. A text is its length
     * and its UTF-8. Layout 1 had no more than the tags, in a store of another name.
     */
    private static final byte VERSION = 2;

    private static final int CALIBRATION_BYTES = 24;
    private static final long ALWAYS = Long.MIN_VALUE;

    static DeviceFacts of(Device device) {
        Map<String, List<Calibration>> calibrations =
                HashMap.newHashMap(device.getCalibrations().size());
        device.getCalibrations().forEach((metric, list) -> calibrations.put(metric, usable(list)));
        return new DeviceFacts(
                device.getStatus() == DeviceStatus.QUARANTINED,
                new DeviceProfile(device.getTags(), device.getUnits(), calibrations));
    }

    /** By time. What whoever wrote past the control plane let in and no value can be multiplied by is left out. */
    private static List<Calibration> usable(List<io.headrace.record.Calibration> list) {
        List<Calibration> usable = new ArrayList<>(list.size());
        for (io.headrace.record.Calibration one : list) {
            if (Double.isFinite(one.getScale()) && one.getScale() != 0 && Double.isFinite(one.getOffset())) {
                Instant from = one.getEffectiveFrom() == null ? Instant.MIN : one.getEffectiveFrom();
                usable.add(new Calibration(from, one.getScale(), one.getOffset()));
            }
        }
        usable.sort(Comparator.comparing(Calibration::from));
        return usable;
    }

    byte[] stored() {
        Map<String, List<Calibration>> calibrations = profile.calibrations();
        ByteBuffer out = ByteBuffer.allocate(14 + size(profile.tags()) + size(profile.units()) + sizeOf(calibrations))
                .put(VERSION)
                .put((byte) (quarantined ? 1 : 0));
        put(out, profile.tags());
        put(out, profile.units());
        out.putInt(calibrations.size());
        calibrations.forEach((metric, list) -> {
            put(out, metric);
            out.putInt(list.size());
            for (Calibration one : list) {
                out.putLong(micros(one.from())).putDouble(one.scale()).putDouble(one.offset());
            }
        });
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /** Null of a device that isn't registered any more, or not yet here. */
    static DeviceFacts ofStored(byte @Nullable [] stored) {
        if (stored == null) {
            return new DeviceFacts(false, new DeviceProfile(Map.of(), Map.of(), Map.of()));
        }
        ByteBuffer in = ByteBuffer.wrap(stored);
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalStateException("device facts of version " + version + " where " + VERSION + " is known");
        }
        boolean quarantined = in.get() == 1;
        return new DeviceFacts(quarantined, new DeviceProfile(texts(in), texts(in), calibrations(in)));
    }

    private static Map<String, List<Calibration>> calibrations(ByteBuffer in) {
        int metrics = in.getInt();
        Map<String, List<Calibration>> calibrations = HashMap.newHashMap(metrics);
        for (int i = 0; i < metrics; i++) {
            String metric = text(in);
            List<Calibration> list = new ArrayList<>();
            for (int left = in.getInt(); left > 0; left--) {
                list.add(new Calibration(instant(in.getLong()), in.getDouble(), in.getDouble()));
            }
            calibrations.put(metric, list);
        }
        return calibrations;
    }

    private static long micros(Instant from) {
        return from.equals(Instant.MIN) ? ALWAYS : ChronoUnit.MICROS.between(Instant.EPOCH, from);
    }

    private static Instant instant(long micros) {
        return micros == ALWAYS ? Instant.MIN : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static int size(Map<String, String> texts) {
        int size = 0;
        for (Map.Entry<String, String> pair : texts.entrySet()) {
            size += size(pair.getKey()) + size(pair.getValue());
        }
        return size;
    }

    private static int sizeOf(Map<String, List<Calibration>> calibrations) {
        int size = 0;
        for (Map.Entry<String, List<Calibration>> one : calibrations.entrySet()) {
            size += size(one.getKey()) + 4 + CALIBRATION_BYTES * one.getValue().size();
        }
        return size;
    }

    /** At most. */
    private static int size(String text) {
        return 4 + 3 * text.length();
    }

    private static void put(ByteBuffer out, Map<String, String> texts) {
        out.putInt(texts.size());
        texts.forEach((name, value) -> {
            put(out, name);
            put(out, value);
        });
    }

    private static void put(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length).put(bytes);
    }

    private static Map<String, String> texts(ByteBuffer in) {
        int count = in.getInt();
        Map<String, String> texts = HashMap.newHashMap(count);
        for (int i = 0; i < count; i++) {
            texts.put(text(in), text(in));
        }
        return texts;
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
