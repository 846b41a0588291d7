package io.headrace.gateway.edge;

import io.headrace.catalogue.Headers;
import io.headrace.gateway.ingest.Message.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * W3C Trace Context (Recommendation of 23 November 2021) of one message: checked, and passed on. What isn't valid is
 * left out as if it weren't there (§4.3), for a trace is never worth a reading.
 */
public final class TraceContext {
    private static final int PARENT_LENGTH = 55;
    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_SPAN = "0".repeat(16);
    private static final int MAX_MEMBERS = 32;
    /** §3.3.1.5: what must be passed on at least; more isn't. */
    private static final int MAX_STATE = 512;

    private static final Pattern SIMPLE_KEY = Pattern.compile("[a-z][a-z0-9_\\-*/]{0,255}");
    private static final Pattern TENANT_KEY =
            Pattern.compile("[a-z0-9][a-z0-9_\\-*/]{0,240}@[a-z][a-z0-9_\\-*/]{0,13}");
    private static final Pattern VALUE =
            Pattern.compile("[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]");

    private TraceContext() {}

    /**
     * The facts to travel with the message: both, the parent alone, or none.
     *
     * @param parents each {@code traceparent} that came; more than one is none
     * @param states each {@code tracestate} that came, in their order
     */
    public static List<Fact> facts(List<String> parents, List<String> states) {
        if (parents.size() != 1 || !isParent(parents.getFirst())) {
            return List.of();
        }
        // A version to come starts as this one does (§3.2.4), and is passed on as this one.
        Fact parent = new Fact(Headers.TRACEPARENT, "00" + parents.getFirst().substring(2, PARENT_LENGTH));
        String state = states.size() == 1 ? states.getFirst() : String.join(",", states);
        return isState(state) ? List.of(parent, new Fact(Headers.TRACESTATE, state)) : List.of(parent);
    }

    private static boolean isParent(String text) {
        return text.length() >= PARENT_LENGTH
                && isHex(text, 0, 2)
                && text.charAt(2) == '-'
                && isHex(text, 3, 35)
                && text.charAt(35) == '-'
                && isHex(text, 36, 52)
                && text.charAt(52) == '-'
                && isHex(text, 53, PARENT_LENGTH)
                && isVersioned(text)
                && !text.startsWith(NO_TRACE, 3)
                && !text.startsWith(NO_SPAN, 36);
    }

    private static boolean isVersioned(String text) {
        if (text.startsWith("00")) {
            return text.length() == PARENT_LENGTH;
        }
        return !text.startsWith("ff") && (text.length() == PARENT_LENGTH || text.charAt(PARENT_LENGTH) == '-');
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isState(String text) {
        if (text.isEmpty() || text.length() > MAX_STATE) {
            return false;
        }
        List<String> keys = new ArrayList<>();
        for (String member : text.split(",", -1)) {
            String entry = member.strip();
            int equals = entry.indexOf('=');
            if (entry.isEmpty()) {
                continue;
            }
            if (equals < 0
                    || !isMember(entry.substring(0, equals), entry.substring(equals + 1))
                    || keys.size() == MAX_MEMBERS) {
                return false;
            }
            if (keys.contains(entry.substring(0, equals))) {
                return false;
            }
            keys.add(entry.substring(0, equals));
        }
        return !keys.isEmpty();
    }

    private static boolean isMember(String key, String value) {
        return (SIMPLE_KEY.matcher(key).matches() || TENANT_KEY.matcher(key).matches())
                && VALUE.matcher(value).matches();
    }
}
