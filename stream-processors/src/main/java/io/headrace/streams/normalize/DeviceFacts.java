package io.headrace.streams.normalize;

import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What normalize needs to know of a device.
 *
 * @param quarantined whether its messages are set aside
 * @param tags copied into each of its readings
 */
record DeviceFacts(boolean quarantined, Map<String, String> tags) {
    /** Of a device that isn't registered any more, or not yet here. */
    static final DeviceFacts UNKNOWN = new DeviceFacts(false, Map.of());

    /** Layout 1: version, quarantined, count of tags, then name and value of each as length and UTF-8. */
    private static final byte VERSION = 1;

    DeviceFacts {
        tags = Map.copyOf(tags);
    }

    static DeviceFacts of(Device device) {
        return new DeviceFacts(device.getStatus() == DeviceStatus.QUARANTINED, device.getTags());
    }

    byte[] stored() {
        int size = 6;
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            size += 8 + 3 * (tag.getKey().length() + tag.getValue().length());
        }
        ByteBuffer out = ByteBuffer.allocate(size)
                .put(VERSION)
                .put((byte) (quarantined ? 1 : 0))
                .putInt(tags.size());
        tags.forEach((name, value) -> {
            put(out, name);
            put(out, value);
        });
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /** Null as for a device that isn't registered. */
    static DeviceFacts ofStored(byte @Nullable [] stored) {
        if (stored == null) {
            return UNKNOWN;
        }
        ByteBuffer in = ByteBuffer.wrap(stored);
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalStateException("device facts of version " + version + " where " + VERSION + " is known");
        }
        boolean quarantined = in.get() == 1;
        int count = in.getInt();
        Map<String, String> tags = HashMap.newHashMap(count);
        for (int i = 0; i < count; i++) {
            tags.put(text(in), text(in));
        }
        return new DeviceFacts(quarantined, tags);
    }

    private static void put(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length).put(bytes);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
