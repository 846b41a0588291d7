package io.headrace.streams;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The parts that an application of processors is composed of. */
public enum Fragment {
    /** Raw messages to readings, dead letters and ledger. */
    NORMALIZE,
    /** Tiers and topics of readings; only together with {@link #NORMALIZE}, whose readings it marks. */
    ROUTE,
    WINDOW,
    DETECT,
    RULES,
    HOT;

    private static final String KEY = "processors.fragments";

    /** Reads {@code processors.fragments}: names joined by commas, all by default. */
    static Set<Fragment> from(Settings settings) {
        String list = settings.text(KEY, "normalize,route,window,detect,rules,hot");
        Set<Fragment> fragments = EnumSet.noneOf(Fragment.class);
        for (String name : list.split(",", -1)) {
            fragments.add(named(list, name.strip()));
        }
        if (fragments.contains(ROUTE) && !fragments.contains(NORMALIZE)) {
            throw new ConfigException(KEY + " = " + list + " must have normalize where it has route");
        }
        return fragments;
    }

    private static Fragment named(String list, String name) {
        return Arrays.stream(values())
                .filter(fragment -> fragment.label().equals(name))
                .findFirst()
                .orElseThrow(() -> Settings.invalid(
                        KEY,
                        list,
                        "some of "
                                + Arrays.stream(values()).map(Fragment::label).collect(Collectors.joining(", "))));
    }

    /** As configuration and topology spell it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
