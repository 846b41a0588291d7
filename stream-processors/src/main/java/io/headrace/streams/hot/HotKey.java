package io.headrace.streams.hot;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/** Keys of the hot store. No device id has a line feed in it; a metric's name may. */
final class HotKey {
    private static final char SEPARATOR = '\n';

    private HotKey() {}

    /** The first page has the device's own key, where an earlier version had the count of its metrics. */
    static Bytes ofPage(String device, int page) {
        return bytes(page == 0 ? device : device + SEPARATOR + SEPARATOR + page);
    }

    /** Of a metric's history; a name that begins as the number of a page does has two more line feeds. */
    static Bytes ofHistory(String device, String metric) {
        boolean isLikePage = !metric.isEmpty() && metric.charAt(0) == SEPARATOR;
        return isLikePage ? bytes(device + SEPARATOR + SEPARATOR + SEPARATOR + metric) : earlier(device, metric);
    }

    /** As an earlier version had it. */
    static Bytes earlier(String device, String metric) {
        return bytes(device + SEPARATOR + metric);
    }

    /** Before all keys of a device but for its first page. */
    static Bytes first(String device) {
        return bytes(device + SEPARATOR);
    }

    /** Behind all keys of a device. */
    static Bytes last(String device) {
        return bytes(device + (char) (SEPARATOR + 1));
    }

    /** Of an {@link #earlier} key. */
    static String metric(Bytes key) {
        String text = new String(key.get(), StandardCharsets.UTF_8);
        return text.substring(text.indexOf(SEPARATOR) + 1);
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
