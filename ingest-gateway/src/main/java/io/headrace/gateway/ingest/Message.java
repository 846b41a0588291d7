package io.headrace.gateway.ingest;

import io.headrace.catalogue.DeviceId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What a device sent, and what the gateway knows about it.
 *
 * @param device who sent it, authenticated
 * @param payload the bytes as sent; owned by the message from here on, so nobody changes them
 * @param receivedAt gateway's wall clock, epoch milliseconds
 * @param facts headers that say something, of the names in {@link io.headrace.catalogue.Headers}
 */
@SuppressWarnings("ArrayRecordComponent") // the payload is never compared, and copying it would cost on the hot path
public record Message(DeviceId device, byte[] payload, long receivedAt, List<Fact> facts) {
    /**
     * One header. Encoded when it is made, so that what many messages have in common is encoded once, and of a kind of our
     * own: Kafka's decodes when it is asked, and pays for that with two volatile reads each time. Equal where name and value
     * are.
     */
    public static final class Fact implements Header {
        private final String name;
        private final byte[] value;

        /**
         * @param name of {@link io.headrace.catalogue.Headers}
         * @param value text, written as UTF-8
         */
        public Fact(String name, String value) {
            this(name, value.getBytes(StandardCharsets.UTF_8));
        }

        private Fact(String name, byte[] value) {
            this.name = name;
            this.value = value;
        }

        /** A small number in decimal. Of all facts the only one that is another one with each message. */
        public static Fact of(String name, int value) {
            byte[] digits = new byte[value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : value < 10_000 ? 4 : 5];
            int rest = value;
            for (int i = digits.length - 1; i >= 0; i--) {
                digits[i] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
            return new Fact(name, digits);
        }

        /** Text of the first that has a name; empty where none has. */
        public static Optional<String> find(List<Fact> facts, String name) {
            for (Fact fact : facts) {
                if (fact.name.equals(name)) {
                    return Optional.of(fact.text());
                }
            }
            return Optional.empty();
        }

        @Override
        public String key() {
            return name;
        }

        /** As Kafka is given it; never to be changed. */
        @Override
        public byte[] value() {
            return value;
        }

        public String text() {
            return new String(value, StandardCharsets.UTF_8);
        }

        /** Bytes of both, about: a name is ASCII but for what an application calls its properties. */
        public int size() {
            return name.length() + value.length;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Fact fact && name.equals(fact.name) && Arrays.equals(value, fact.value);
        }

        @Override
        public int hashCode() {
            return 31 * name.hashCode() + Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return name + "=" + text();
        }
    }

    public Message {
        facts = List.copyOf(facts);
    }

    /** Of the payload and the facts. */
    int bytes() {
        int bytes = payload.length;
        for (int i = 0; i < facts.size(); i++) {
            bytes += facts.get(i).size();
        }
        return bytes;
    }
}
