package io.headrace.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.history.StoredHistory.Tier;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts readings together again that are stored in a row for each metric. Rows come by when they were received and then by
 * identity; what has been handed over isn't handed over again. A number of a store is a double, whole or not, but for
 * those that a double can't hold; whose clock a time is of, the warm tier doesn't say. For one thread.
 */
final class Rows {
    static final String ORDER = "received_at, origin_partition, origin_offset, origin_index, metric";

    private static final String OF_BOTH = "device_id, observed_at, received_at, origin_partition, origin_offset,"
            + " origin_index, metric, value, text_value";
    private static final int DEVICE = 0;
    private static final int OBSERVED = 1;
    private static final int RECEIVED = 2;
    private static final int PARTITION = 3;
    private static final int OFFSET = 4;
    private static final int INDEX = 5;
    private static final int METRIC = 6;
    private static final int VALUE = 7;
    private static final int TEXT = 8;
    private static final int CLOCK = 9;
    private static final int CHANNEL = 10;
    private static final int MESSAGE_ID = 11;
    private static final int SEQUENCE = 12;
    private static final int TAGS = 13;

    private final Tier tier;
    private final Function<String, Map<String, String>> tagsNow;
    private final Consumer<Reading> taker;
    private @Nullable Reading partial;
    private @Nullable Place partialPlace;
    private @Nullable Place last;

    /** Where a reading stands in the order. */
    private record Place(Instant receivedAt, int partition, long offset, int index) implements Comparable<Place> {
        private static final Comparator<Place> ORDER = Comparator.comparing(Place::receivedAt)
                .thenComparingInt(Place::partition)
                .thenComparingLong(Place::offset)
                .thenComparingInt(Place::index);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    Rows(Tier tier, Function<String, Map<String, String>> tagsNow, Consumer<Reading> taker) {
        this.tier = tier;
        this.tagsNow = tagsNow;
        this.taker = taker;
    }

    /** To be selected, in this order. */
    static String columns(Tier tier) {
        return tier == Tier.COLD ? OF_BOTH + ", clock, channel, message_id, sequence, tags" : OF_BOTH;
    }

    /** A new answer: of what isn't whole yet the rows come again. */
    void begin() {
        partial = null;
        partialPlace = null;
    }

    void take(JsonNode row) {
        Place place = new Place(
                Instant.parse(row.path(RECEIVED).asText()),
                row.path(PARTITION).asInt(),
                row.path(OFFSET).asLong(),
                row.path(INDEX).asInt());
        if (last != null && place.compareTo(last) <= 0) {
            return;
        }
        Reading reading = partial;
        if (reading == null || !place.equals(partialPlace)) {
            end();
            reading = reading(row, place);
            partial = reading;
            partialPlace = place;
        }
        Object value = value(row);
        if (value != null) {
            reading.getValues().put(row.path(METRIC).asText(), value);
        }
    }

    /** The answer is whole, and so is its last reading. */
    void end() {
        Reading whole = partial;
        if (whole != null) {
            last = partialPlace;
            partial = null;
            partialPlace = null;
            taker.accept(whole);
        }
    }

    /** When the last reading was received that was handed over. */
    Optional<Instant> last() {
        return Optional.ofNullable(last).map(Place::receivedAt);
    }

    private Reading reading(JsonNode row, Place place) {
        String device = row.path(DEVICE).asText();
        Reading.Builder reading = Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(Instant.parse(row.path(OBSERVED).asText()))
                .setReceivedAt(place.receivedAt)
                .setClock(Clock.GATEWAY)
                .setOrigin(new Origin(place.partition, place.offset, place.index))
                .setValues(new HashMap<>());
        if (tier == Tier.WARM) {
            return reading.setTags(tagsNow.apply(device)).build();
        }
        Map<String, String> tags = new HashMap<>();
        row.path(TAGS)
                .properties()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        return reading.setTags(tags)
                .setClock(Clock.valueOf(row.path(CLOCK).asText("gateway").toUpperCase(Locale.ROOT)))
                .setChannel(row.path(CHANNEL).textValue())
                .setMessageId(row.path(MESSAGE_ID).textValue())
                .setSequence(
                        row.path(SEQUENCE).isNull() ? null : row.path(SEQUENCE).asLong())
                .build();
    }

    /** A boolean is 1 or 0 beside its word, a whole number too long for a double a near one beside its digits. */
    private static @Nullable Object value(JsonNode row) {
        JsonNode number = row.path(VALUE);
        String text = row.path(TEXT).textValue();
        if (!number.isNumber()) {
            return text == null && number.isTextual() ? Double.valueOf(number.asText()) : text;
        }
        if (text == null) {
            return number.doubleValue();
        }
        return text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : Long.valueOf(text);
    }
}
