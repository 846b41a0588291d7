package io.headrace.streams.window.pace;

import io.headrace.record.Clock;
import io.headrace.record.Reading;
import io.headrace.streams.window.shape.Definitions;
import io.headrace.streams.window.shape.Group;
import io.headrace.streams.window.shape.WindowSpec;
import io.headrace.streams.window.timeline.Observation.Source;
import io.headrace.streams.window.timeline.WallTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Devices together: the watermark of a group is reckoned from those of its members, once a second. Members are stored one
 * by one, under the group's key, a slash and the device's id, and are in memory while the task runs, some 200 bytes each.
 */
public final class GroupPace implements Pace {
    private static final long RECKON_MS = 1_000;

    private final Definitions definitions;
    private final Limits limits;
    private final String storeName;
    private final Map<String, Members> groups = new HashMap<>();
    /** Groups whose watermark may move: until all their members are silent. */
    private final Set<String> live = new HashSet<>();

    private @Nullable KeyValueStore<String, byte[]> store;
    private long reckonedAt;

    /**
     * How members are waited for, and how many groups there may be.
     *
     * @param idleClose milliseconds of silence after which a member isn't waited for
     * @param lag microseconds that a member may be behind the middle one to be waited for
     * @param keep milliseconds of silence after which a member is forgotten, with all of its group
     * @param maxGroups of one task, whose members have sent anything within {@code keep}
     */
    public record Limits(long idleClose, long lag, long keep, int maxGroups) {}

    public GroupPace(Definitions definitions, Limits limits, String storeName) {
        this.definitions = definitions;
        this.limits = limits;
        this.storeName = storeName;
    }

    public static StoreBuilder<KeyValueStore<String, byte[]>> membersStore(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled();
    }

    @Override
    public void init(ProcessorContext<?, ?> context) {
        KeyValueStore<String, byte[]> members = context.getStateStore(storeName);
        store = members;
        try (KeyValueIterator<String, byte[]> all = members.all()) {
            all.forEachRemaining(entry -> {
                int slash = entry.key.lastIndexOf('/');
                members(entry.key.substring(0, slash)).load(entry.key.substring(slash + 1), entry.value);
            });
        }
        live.addAll(groups.keySet());
    }

    @Override
    public boolean hasRoom(String subject) {
        return groups.size() < limits.maxGroups || groups.containsKey(subject);
    }

    @Override
    public List<WindowSpec> specs(String subject, Map<String, String> tags) {
        return definitions.of(tags, Group.ofKey(subject));
    }

    @Override
    public Source observe(String subject, Reading reading, long observedAt, long now) {
        boolean isCorrected = reading.getClock() == Clock.CORRECTED;
        String device = reading.getDeviceId();
        byte[] stored = members(subject).observe(device, observedAt, !isCorrected, now);
        Objects.requireNonNull(store).put(subject + '/' + device, stored);
        live.add(subject);
        return isCorrected ? Source.CORRECTED : Source.MEMBER;
    }

    @Override
    public Map<String, Long> moved(WallTime time) {
        if (Math.abs(time.now() - reckonedAt) < RECKON_MS) {
            return Map.of();
        }
        reckonedAt = time.now();
        Map<String, Long> moved = new HashMap<>();
        for (Iterator<String> each = live.iterator(); each.hasNext(); ) {
            String group = each.next();
            Members members = members(group);
            long watermark = members.watermark(time, limits.idleClose, limits.lag);
            if (watermark == Members.NONE) {
                each.remove();
                forgetSilent(group, members, time);
            } else {
                moved.put(group, watermark);
            }
        }
        return moved;
    }

    /** When a group has fallen silent, members silent for as long as windows are kept go: any that comes back is new. */
    private void forgetSilent(String group, Members members, WallTime time) {
        for (String device : members.removeSilent(time, limits.keep)) {
            Objects.requireNonNull(store).delete(group + '/' + device);
        }
        if (members.isEmpty()) {
            groups.remove(group);
        }
    }

    private Members members(String group) {
        return groups.computeIfAbsent(group, fresh -> new Members());
    }
}
