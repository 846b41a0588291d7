package io.headrace.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the command line's exit codes mean. A public contract: scripts branch on them. */
public enum ExitCode {
    OK(0, "done; for up and the roles: stopped in order after SIGTERM or Ctrl-C"),
    FAILED(1, "ran, and the answer is no: something isn't accounted for, a run differs, or a test failed"),
    USAGE(2, "the command line is wrong"),
    CONFIG(3, "the configuration is wrong: unknown key, bad value, missing secret; or no JDK"),
    IN_USE(4, "a port is taken, or another process holds the data folder"),
    UNAVAILABLE(5, "Kafka, the API or another server doesn't answer or didn't start"),
    REFUSED(6, "the API refused: no such thing, not allowed, already there"),
    BUG(70, "Headrace failed in a way that nobody expected");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    /** For the help text: code to meaning, in order. */
    static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        Arrays.stream(values()).forEach(each -> meanings.put(" " + each.code, each.meaning));
        return meanings;
    }
}
