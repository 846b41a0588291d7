package io.headrace.catalogue;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Other names for what a run over history writes: {@code <topic>.<suffix>}.
 *
 * @param suffix what tells one run's topics from another's; see {@link #isSuffix}
 * @param live full names of topics that keep theirs: those that the run reads
 * @param keep how long the shadows' records are kept. They are stamped with receive times of the past, so this is longer
 *     than the history is old
 */
public record Shadow(String suffix, Set<String> live, Duration keep) {
    private static final Pattern SUFFIX = Pattern.compile("[a-z0-9]{1,32}");

    public Shadow {
        if (!isSuffix(suffix)) {
            throw new IllegalArgumentException("a suffix must be 1 to 32 of a-z 0-9, and not dlq: " + suffix);
        }
        live = Set.copyOf(live);
    }

    /** 1 to 32 of {@code a–z 0–9}, and not {@code dlq}. */
    public static boolean isSuffix(String suffix) {
        return SUFFIX.matcher(suffix).matches() && !suffix.equals("dlq");
    }

    /** Whether a topic has another name than its live one. */
    boolean covers(String liveName) {
        return !live.contains(liveName);
    }

    /** The other name of a topic. */
    public String nameOf(String liveName) {
        return liveName + "." + suffix;
    }

    /** Of a topic by whichever name it has here. */
    String liveName(String name) {
        boolean shadow = !live.contains(name) && name.endsWith("." + suffix);
        return shadow ? name.substring(0, name.length() - suffix.length() - 1) : name;
    }
}
