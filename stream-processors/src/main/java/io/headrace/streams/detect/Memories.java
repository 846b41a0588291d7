package io.headrace.streams.detect;

import io.headrace.streams.detect.Remembered.Device;
import io.headrace.streams.detect.Remembered.Metric;
import io.headrace.streams.detect.Remembered.Together;
import io.headrace.streams.detect.Remembered.Watched;
import io.headrace.streams.detect.detector.JointDetector;
import io.headrace.streams.detect.episode.Moment;
import io.headrace.streams.detect.episode.Onsets;
import io.headrace.streams.detect.episode.Watch;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.state.WriteBackStore.Layout;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** What is remembered of devices and their metrics, for one task. */
final class Memories {
    /** Parts device and metric in a key: no device id holds it. */
    private static final char SEPARATOR = '\0';
    /** In place of a metric, of what is known of a device, under the device alone. */
    private static final String DEVICE = "";

    static final Layout<String, Remembered> LAYOUT = new Layout<>(Memories::key, Remembered::stored);

    private final WriteBackStore<String, Remembered> store;
    private final Judges judges;
    private final int maxMetrics;

    /** @param maxMetrics of one device */
    Memories(WriteBackStore<String, Remembered> store, Judges judges, int maxMetrics) {
        this.store = store;
        this.judges = judges;
        this.maxMetrics = maxMetrics;
    }

    /** The object itself, which is to be put where it is changed, before another one is asked for; null where there is none. */
    @Nullable
    Metric find(String device, String metric) {
        return store.slot(device, metric, this::read).value() instanceof Metric known ? known : null;
    }

    /** As {@link #find}, of one that changes now. */
    @Nullable
    Metric findToChange(String device, String metric) {
        WriteBackStore<String, Remembered>.Slot slot = store.slot(device, metric, this::read);
        if (slot.value() instanceof Metric known) {
            slot.put(known);
            return known;
        }
        return null;
    }

    void put(String device, String metric, Metric known) {
        store.put(device, metric, known);
    }

    /** Begins to watch a metric, unless its device has as many as it may; null then. */
    @Nullable
    Metric begin(String device, String metric) {
        WriteBackStore<String, Remembered>.Slot slot = slot(device);
        Device known = device(slot);
        if (known.watched().metrics() >= maxMetrics) {
            return null;
        }
        slot.put(known.with(known.watched().withOneMore()));
        Metric fresh = new Metric(judges.single().fresh(), Watch.fresh());
        store.put(device, metric, fresh);
        return fresh;
    }

    /** The event that an episode of a device belongs to. */
    String event(String device, String origin, Moment moment) {
        WriteBackStore<String, Remembered>.Slot slot = slot(device);
        Device known = device(slot);
        Watched after = known.watched().withOnset(device, origin, moment);
        slot.put(known.with(after));
        return after.event();
    }

    /** How a device's metrics go together, which changes now; null where nobody looks at that. */
    @Nullable
    Together together(String device) {
        JointDetector detector = judges.joint();
        if (detector == null) {
            return null;
        }
        WriteBackStore<String, Remembered>.Slot slot = slot(device);
        Device known = device(slot);
        Together together = known.together();
        if (together == null) {
            together = new Together(detector.fresh(), Onsets.fresh());
            known = new Device(known.watched(), together);
        }
        slot.put(known);
        return together;
    }

    private WriteBackStore<String, Remembered>.Slot slot(String device) {
        return store.slot(device, DEVICE, this::readDevice);
    }

    private static Device device(WriteBackStore<String, Remembered>.Slot slot) {
        return slot.value() instanceof Device known ? known : Device.UNKNOWN;
    }

    private Remembered read(byte[] stored) {
        return new Metric(judges.single().read(Watch.memory(stored)), Watch.read(stored));
    }

    private Remembered readDevice(byte[] stored) {
        JointDetector joint = judges.joint();
        return Device.ofStored(stored, memory -> joint == null ? null : joint.read(memory));
    }

    /** Forgets a device: what is known of it stands under its id, all else under that and the separator. */
    static void erase(WriteBackStore<String, Remembered> store, String device) {
        store.erase(
                device,
                key(device, DEVICE),
                Bytes.wrap((device + (char) (SEPARATOR + 1)).getBytes(StandardCharsets.UTF_8)));
    }

    private static Bytes key(String device, String metric) {
        String key = metric.isEmpty() ? device : device + SEPARATOR + metric;
        return Bytes.wrap(key.getBytes(StandardCharsets.UTF_8));
    }
}
