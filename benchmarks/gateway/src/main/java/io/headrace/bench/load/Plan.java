package io.headrace.bench.load;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * One load.
 *
 * @param kind what is spoken
 * @param port where the system under test listens, on 127.0.0.1
 * @param devices connections, one for each device
 * @param window messages that a device may have without an acknowledgement; requests are one at a time
 * @param rate messages a second of all devices together; 0 for as fast as acknowledgements come
 * @param warmUp seconds before the window
 * @param seconds the window
 * @param password of every device
 * @param systemPids processes whose time is the system's
 * @param brokerPid the broker
 * @param acknowledged file for what was acknowledged
 */
public record Plan(
        Kind kind,
        int port,
        int devices,
        int window,
        int rate,
        int warmUp,
        int seconds,
        String password,
        List<Long> systemPids,
        long brokerPid,
        Path acknowledged) {
    /** What is spoken. */
    public enum Kind {
        MQTT,
        /** With the time at which each message is due, and a temperature that keeps leaving its bounds and coming back. */
        MQTT_ALARMING,
        /** Each device to a topic of its own, for who can't tell devices apart otherwise. */
        MQTT_OWN_TOPICS,
        HTTP
    }

    public Plan {
        systemPids = List.copyOf(systemPids);
    }

    /** The same, for another while. */
    public Plan lasting(int before, int measured) {
        return new Plan(
                kind, port, devices, window, rate, before, measured, password, systemPids, brokerPid, acknowledged);
    }

    /** A device's id. */
    public static String device(int number) {
        return "bench-%05d".formatted(number);
    }

    /** As one line of words. */
    public String toLine() {
        String pids = String.join(",", systemPids.stream().map(Object::toString).toList());
        return String.join(
                " ",
                kind.name(),
                Integer.toString(port),
                Integer.toString(devices),
                Integer.toString(window),
                Integer.toString(rate),
                Integer.toString(warmUp),
                Integer.toString(seconds),
                password,
                pids,
                Long.toString(brokerPid),
                acknowledged.toString());
    }

    static Plan parse(String line) {
        List<String> words = List.of(line.split(" ", 11));
        return new Plan(
                Kind.valueOf(words.get(0)),
                Integer.parseInt(words.get(1)),
                Integer.parseInt(words.get(2)),
                Integer.parseInt(words.get(3)),
                Integer.parseInt(words.get(4)),
                Integer.parseInt(words.get(5)),
                Integer.parseInt(words.get(6)),
                words.get(7),
                Arrays.stream(words.get(8).split(",")).map(Long::valueOf).toList(),
                Long.parseLong(words.get(9)),
                Path.of(words.get(10)));
    }
}
