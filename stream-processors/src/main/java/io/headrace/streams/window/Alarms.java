package io.headrace.streams.window;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which devices are to be looked at when, so that silence is noticed without a look at every device. In memory only:
 * filled from the stored timelines when a task starts. Some 150 bytes a device.
 *
 * <p>An alarm is never too late but often too early, since a device that goes on sending puts its own off and that isn't
 * told: whoever is woken looks again and sets the next one.
 */
final class Alarms {
    private final Map<String, Long> times = new HashMap<>();
    private final PriorityQueue<Alarm> queue = new PriorityQueue<>();

    private record Alarm(long time, String device) implements Comparable<Alarm> {
        @Override
        public int compareTo(Alarm other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : device.compareTo(other.device);
        }
    }

    /** Wakes the device at that time or earlier. {@link Long#MAX_VALUE} for never. */
    void set(String device, long time) {
        Long set = times.get(device);
        if (time == Long.MAX_VALUE || (set != null && set <= time)) {
            return;
        }
        times.put(device, time);
        queue.add(new Alarm(time, device));
    }

    /** Takes the next device whose time has come; null where there is none. */
    @Nullable
    String poll(long now) {
        while (!queue.isEmpty() && queue.peek().time <= now) {
            Alarm alarm = queue.remove();
            if (times.remove(alarm.device, alarm.time)) {
                return alarm.device;
            }
        }
        return null;
    }

    void clear() {
        times.clear();
        queue.clear();
    }
}
