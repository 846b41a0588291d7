package io.headrace.streams.window.shape;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The configured windows of one processor, and which of them count a reading. */
public final class Definitions {
    private final List<WindowSpec> all;
    private final Map<Long, WindowSpec> byId = new HashMap<>();
    private final boolean isForAll;

    public Definitions(List<WindowSpec> all) {
        this.all = List.copyOf(all);
        all.forEach(spec -> byId.put(spec.id(), spec));
        this.isForAll = all.stream().allMatch(WindowSpec::isForAll);
    }

    /** Null where it isn't configured. */
    @Nullable
    public WindowSpec find(long id) {
        return byId.get(id);
    }

    /** Of a device by its tags. */
    public List<WindowSpec> of(Map<String, String> tags) {
        if (isForAll) {
            return all;
        }
        List<WindowSpec> taking = new ArrayList<>(all.size());
        for (WindowSpec spec : all) {
            if (spec.takes(tags)) {
                taking.add(spec);
            }
        }
        return taking;
    }

    /** Of a group that the device is in. */
    public List<WindowSpec> of(Map<String, String> tags, Group group) {
        List<WindowSpec> taking = new ArrayList<>(all.size());
        for (WindowSpec spec : all) {
            if (spec.groupBy().orElseThrow().equals(group.tag()) && spec.takes(tags)) {
                taking.add(spec);
            }
        }
        return taking;
    }

    /** The groups in which a device is counted. */
    public Set<Group> groups(Map<String, String> tags) {
        Set<Group> groups = new LinkedHashSet<>();
        for (WindowSpec spec : all) {
            String tag = spec.groupBy().orElseThrow();
            String value = tags.get(tag);
            if (value != null && spec.takes(tags)) {
                groups.add(new Group(tag, value));
            }
        }
        return groups;
    }

    public List<WindowSpec> all() {
        return all;
    }
}
