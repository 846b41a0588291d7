package io.headrace.streams.normalize;

import io.headrace.catalogue.Outcome;
import io.headrace.record.Reading;
import org.jspecify.annotations.Nullable;

/** What normalize makes of a raw record: any number of readings or one dead letter, and then its outcome. */
public sealed interface Normalized {
    record Stored(Reading reading) implements Normalized {}

    /**
     * A record set aside; the reason is in its headers.
     *
     * @param bytes the source record's value; null where that was null
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record DeadLetter(byte @Nullable [] bytes) implements Normalized {}

    /**
     * That the record's device is erased.
     *
     * @param before raw offset, in its partition
     */
    record Erased(long before) implements Normalized {}

    /**
     * The one outcome of one raw record.
     *
     * @param partition of {@code telemetry.raw}
     * @param offset in that partition
     * @param replayed whether it takes the place of an earlier outcome
     */
    record Accounted(int partition, long offset, Outcome outcome, boolean replayed) implements Normalized {}
}
