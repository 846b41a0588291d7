package io.headrace.gateway.ingest;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * A message as Kafka's producer takes it. Brings its headers in one array that is made once: the producer's own kind copies
 * them three times on the way, which costs more than decoding the packet that they came in.
 */
final class RawRecord extends ProducerRecord<String, byte[]> {
    private final Headers headers;

    /** @param headers of {@link #headers(Message, Header)} */
    RawRecord(String topic, Message message, Header[] headers) {
        super(topic, null, message.receivedAt(), message.device().value(), message.payload());
        this.headers = new Fixed(headers);
    }

    /** @param gateway last header of every record */
    static Header[] headers(Message message, Header gateway) {
        List<Message.Fact> facts = message.facts();
        Header[] all = new Header[facts.size() + 1];
        for (int i = 0; i < all.length - 1; i++) {
            all[i] = facts.get(i);
        }
        all[all.length - 1] = gateway;
        return all;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    /** Headers that nobody adds to. */
    private static final class Fixed implements Headers {
        private final Header[] all;

        private Fixed(Header[] all) {
            this.all = all;
        }

        @Override
        public Headers add(Header header) {
            throw new IllegalStateException("the headers of a message are fixed");
        }

        @Override
        public Headers add(String key, byte[] value) {
            return add(new RecordHeader(key, value));
        }

        @Override
        public Headers remove(String key) {
            throw new IllegalStateException("the headers of a message are fixed");
        }

        @Override
        public @Nullable Header lastHeader(String key) {
            for (int i = all.length - 1; i >= 0; i--) {
                if (all[i].key().equals(key)) {
                    return all[i];
                }
            }
            return null;
        }

        @Override
        public Iterable<Header> headers(String key) {
            return Arrays.stream(all).filter(each -> each.key().equals(key)).toList();
        }

        /** The producer reads it and keeps it no longer than the call. */
        @Override
        public Header[] toArray() {
            return all;
        }

        @Override
        public Iterator<Header> iterator() {
            return Arrays.asList(all).iterator();
        }
    }
}
