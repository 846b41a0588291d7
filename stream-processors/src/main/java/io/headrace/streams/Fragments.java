package io.headrace.streams;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.streams.fragment.Fragment;
import io.headrace.streams.fragment.Fragment.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which processors there are, and which of them one application runs. Those that come with Headrace are first, in the
 * order of the data; then come the others, by name.
 */
public final class Fragments {
    private static final String KEY = "processors.fragments";
    private static final String DEFAULT = "normalize,route,window,detect,predict,rules,hot";

    private final List<Fragment> found;
    private final Set<String> names;
    private final Map<String, Part> parts;

    private Fragments(List<Fragment> found, Set<String> names, Map<String, Part> parts) {
        this.found = found;
        this.names = names;
        this.parts = parts;
    }

    /**
     * Reads {@code processors.fragments}, names joined by commas; {@code processors.plugins}, see {@link Plugins}; and
     * the keys of all chosen fragments. Keys of others that are found, too, may stand in the same file.
     */
    static Fragments from(Settings settings) {
        List<Fragment> found = new ArrayList<>(BuiltIn.ALL);
        found.addAll(Plugins.from(settings));
        Set<String> known = new LinkedHashSet<>(List.of(BuiltIn.NORMALIZE, BuiltIn.ROUTE, BuiltIn.PREDICT));
        found.forEach(fragment -> known.add(fragment.name()));
        Set<String> chosen = chosen(settings, known);
        Map<String, Part> parts = new LinkedHashMap<>();
        for (Fragment fragment : found) {
            if (chosen.contains(fragment.name())) {
                parts.put(fragment.name(), fragment.from(settings));
            } else if (fragment instanceof BuiltIn) {
                fragment.from(settings);
            } else {
                settings.passThrough("processors." + fragment.name() + ".");
            }
        }
        known.retainAll(chosen);
        return new Fragments(found, known, parts);
    }

    private static Set<String> chosen(Settings settings, Set<String> known) {
        String list = settings.text(KEY, DEFAULT);
        Set<String> chosen = new LinkedHashSet<>();
        for (String name : list.split(",", -1)) {
            if (!known.contains(name.strip())) {
                throw Settings.invalid(KEY, list, "some of " + String.join(", ", known));
            }
            chosen.add(name.strip());
        }
        if (chosen.contains(BuiltIn.ROUTE) && !chosen.contains(BuiltIn.NORMALIZE)) {
            throw new ConfigException(KEY + " = " + list + " must have normalize where it has route");
        }
        return chosen;
    }

    /** Names of those that run, in the order of the data. */
    public Set<String> names() {
        return names;
    }

    public boolean has(String name) {
        return names.contains(name);
    }

    /** Those of them that take readings, by name. */
    Map<String, Part> parts() {
        return parts;
    }

    /** Topics that found fragments declare, whether they run here or in another instance. */
    List<Topic<?>> topics(Catalogue catalogue) {
        List<Topic<?>> topics = new ArrayList<>();
        found.forEach(fragment -> topics.addAll(fragment.topics(catalogue)));
        return topics;
    }
}
