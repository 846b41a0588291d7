package io.headrace.streams.registered;

import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import io.headrace.streams.enrich.Calibration;
import io.headrace.streams.enrich.DeviceProfile;
import io.headrace.streams.enrich.EnrichConfig;
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
 * What processors need to know of a registered device.
 *
 * @param status a device that isn't registered here, or not yet, is as one that is enabled
 * @param partition of its entry in the registry, by its id as that of its messages; -1 for none
 * @param createdAt when it was registered
 * @param profile what its readings are enriched by
 */
public record DeviceFacts(DeviceStatus status, int partition, Instant createdAt, DeviceProfile profile) {
    /**
     * Layout 3: version, place of the status in {@link #STATUSES}, partition, registered in microseconds; tags, then
     * units, each as a count and pairs of texts; calibrations as a count, and for each metric its name, a count, and start
     * in microseconds, scale and offset of each. A text is its length and its UTF-8. Layouts 1 and 2 had less, in stores of
     * other names.
     */
    private static final byte VERSION = 3;

    private static final List<DeviceStatus> STATUSES =
            List.of(DeviceStatus.ENABLED, DeviceStatus.QUARANTINED, DeviceStatus.DISABLED);
    private static final int PLACE_OF_STATUS = 1;
    private static final int PLACE_OF_PARTITION = 2;
    private static final int HEAD_BYTES = 14;
    private static final int CALIBRATION_BYTES = 24;
    private static final long ALWAYS = Long.MIN_VALUE;

    /** Of a device of which nothing is known. */
    public static final DeviceFacts UNKNOWN =
            new DeviceFacts(DeviceStatus.ENABLED, -1, Instant.EPOCH, new DeviceProfile(Map.of(), Map.of(), Map.of()));

    /** Whether its messages are set aside. */
    public boolean isQuarantined() {
        return status == DeviceStatus.QUARANTINED;
    }

    public boolean isEnabled() {
        return status == DeviceStatus.ENABLED;
    }

    /** The same device as its readings shall show it. */
    public DeviceFacts shownBy(EnrichConfig config) {
        DeviceProfile shown = config.shown(profile);
        return shown == profile ? this : new DeviceFacts(status, partition, createdAt, shown);
    }

    static DeviceFacts of(Device device, int partition) {
        Map<String, List<Calibration>> calibrations =
                HashMap.newHashMap(device.getCalibrations().size());
        device.getCalibrations().forEach((metric, list) -> calibrations.put(metric, usable(list)));
        return new DeviceFacts(
                device.getStatus(),
                partition,
                device.getCreatedAt(),
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
        ByteBuffer out = ByteBuffer.allocate(
                        12 + HEAD_BYTES + size(profile.tags()) + size(profile.units()) + sizeOf(calibrations))
                .put(VERSION)
                .put((byte) STATUSES.indexOf(status))
                .putInt(partition)
                .putLong(micros(createdAt));
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

    /** Whether what is stored is of an enabled device of a partition: a quick look. */
    static boolean isEnabledIn(int partition, byte[] stored) {
        return STATUSES.get(stored[PLACE_OF_STATUS]) == DeviceStatus.ENABLED
                && ByteBuffer.wrap(stored).getInt(PLACE_OF_PARTITION) == partition;
    }

    /** @param stored null of a device that isn't registered any more, or not yet here */
    public static DeviceFacts ofStored(byte @Nullable [] stored) {
        if (stored == null) {
            return UNKNOWN;
        }
        ByteBuffer in = ByteBuffer.wrap(stored);
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalStateException("device facts of version " + version + " where " + VERSION + " is known");
        }
        DeviceStatus status = STATUSES.get(in.get());
        int partition = in.getInt();
        Instant createdAt = instant(in.getLong());
        return new DeviceFacts(status, partition, createdAt, new DeviceProfile(texts(in), texts(in), calibrations(in)));
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
