package io.headrace.streams.window.tally;

import java.util.List;

/**
 * Which metrics are counters: numbers that only rise, but for a reset to zero.
 *
 * @param patterns of their names, {@code *} standing for anything; none where there is no counter
 */
public record Counters(List<String> patterns) {
    public Counters {
        patterns = List.copyOf(patterns);
    }

    public boolean has(String metric) {
        for (int i = 0; i < patterns.size(); i++) {
            if (matches(patterns.get(i), metric)) {
                return true;
            }
        }
        return false;
    }

    /** Each star takes as little as will do; where the rest doesn't fit, the last star takes one more. */
    private static boolean matches(String pattern, String text) {
        int at = 0;
        int next = 0;
        int star = -1;
        int retry = 0;
        while (at < text.length()) {
            if (next < pattern.length() && pattern.charAt(next) == '*') {
                star = next++;
                retry = at;
            } else if (next < pattern.length() && pattern.charAt(next) == text.charAt(at)) {
                next++;
                at++;
            } else if (star >= 0) {
                next = star + 1;
                at = ++retry;
            } else {
                return false;
            }
        }
        while (next < pattern.length() && pattern.charAt(next) == '*') {
            next++;
        }
        return next == pattern.length();
    }
}
