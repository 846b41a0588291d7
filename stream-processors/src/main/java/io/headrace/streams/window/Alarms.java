package io.headrace.streams.window;

import io.headrace.streams.window.timeline.Timeline;
import io.headrace.streams.window.timeline.Waits;
import io.headrace.streams.window.timeline.WallTime;
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
    /** Another one each time all is forgotten. */
    private Object round = new Object();

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

    /** Wakes the device when its timeline wants it, which remembers that it was asked. */
    void set(String device, Timeline timeline, WallTime time, Waits waits) {
        if (!timeline.isWatched(round)) {
            set(device, timeline.nextWake(time, waits));
            timeline.watched(round);
        }
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
        round = new Object();
    }
}
