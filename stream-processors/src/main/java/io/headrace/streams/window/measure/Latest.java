package io.headrace.streams.window.measure;

import org.jspecify.annotations.Nullable;

/**
 * The message received last of those whose values were counted. It changes with almost every value of an object that has
 * been in memory for long, so it is of numbers: an object of its own each time would be the collector's to find and move.
 */
final class Latest {
    private long receivedAt;
    private int partition;
    private long offset;
    private int index = Provenance.NONE;
    private @Nullable String text = "";

    /** Takes the other where it was received later, or at the same time. */
    void add(Provenance other) {
        if (other.receivedAt() >= receivedAt) {
            set(other.receivedAt(), other.partition(), other.offset(), other.index(), other.text());
        }
    }

    void add(Latest other) {
        if (other.receivedAt >= receivedAt) {
            set(other.receivedAt, other.partition, other.offset, other.index, other.text);
        }
    }

    @SuppressWarnings("ReferenceEquality") // not to write what is there
    private void set(long newReceivedAt, int newPartition, long newOffset, int newIndex, @Nullable String newText) {
        receivedAt = newReceivedAt;
        partition = newPartition;
        offset = newOffset;
        index = newIndex;
        if (text != newText) {
            text = newText;
        }
    }

    long receivedAt() {
        return receivedAt;
    }

    Provenance provenance() {
        return new Provenance(receivedAt, partition, offset, index, text);
    }

    void write(StateWriter out) {
        out.number(receivedAt);
        out.text(provenance().origin());
    }

    static Latest read(StateReader in) {
        Latest read = new Latest();
        read.add(Provenance.of(in.number(), in.text()));
        return read;
    }
}
