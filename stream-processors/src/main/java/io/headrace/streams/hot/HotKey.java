package io.headrace.streams.hot;

/** Keys of the hot store. No device id has a line feed in it. */
final class HotKey {
    private HotKey() {}

    /** Of the count of a device's metrics. */
    static String ofCount(String device) {
        return device;
    }

    static String of(String device, String metric) {
        return device + "\n" + metric;
    }

    /** What the keys of all of a device's metrics begin with. */
    static String prefix(String device) {
        return device + "\n";
    }

    static String metric(String key) {
        return key.substring(key.indexOf('\n') + 1);
    }
}
