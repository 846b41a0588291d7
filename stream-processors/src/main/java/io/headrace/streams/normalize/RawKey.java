package io.headrace.streams.normalize;

import io.headrace.streams.state.KeyTexts;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Keys of raw records as text in which each byte is one character (ISO 8859-1): no key fails to be read, each is written
 * back as it was, and for device ids, which are ASCII, it is the text that they are.
 */
final class RawKey {
    private RawKey() {}

    static Serde<String> serde() {
        KeyTexts texts = new KeyTexts();
        return Serdes.serdeFrom(
                (topic, text) -> text == null ? null : text.getBytes(StandardCharsets.ISO_8859_1),
                (topic, bytes) -> bytes == null ? null : texts.of(bytes));
    }
}
