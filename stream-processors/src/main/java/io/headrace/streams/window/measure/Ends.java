package io.headrace.streams.window.measure;

/**
 * All that doesn't take a sketch: beside the moments of some values the first and the last of them by the time of their
 * observation. Times are epoch microseconds.
 */
final class Ends extends Moments {
    private long firstAt;
    private double first;
    private long lastAt;
    private double last;

    /** Of equal times the first to come is first, and the last to come is last. */
    void add(double value, long at) {
        boolean none = count() == 0;
        super.add(value);
        if (none || at < firstAt) {
            firstAt = at;
            first = value;
        }
        if (none || at >= lastAt) {
            lastAt = at;
            last = value;
        }
    }

    /** Those of others, of which there are some, and which came after all of these. */
    void add(Ends others) {
        boolean none = count() == 0;
        super.add((Moments) others);
        if (none || others.firstAt < firstAt) {
            firstAt = others.firstAt;
            first = others.first;
        }
        if (none || others.lastAt >= lastAt) {
            lastAt = others.lastAt;
            last = others.last;
        }
    }

    long firstAt() {
        return firstAt;
    }

    double first() {
        return first;
    }

    long lastAt() {
        return lastAt;
    }

    double last() {
        return last;
    }

    void write(StateWriter out, long start) {
        write(out);
        out.number(firstAt - start);
        if (count() != 1) {
            out.real(first);
            out.number(lastAt - firstAt);
            out.real(last);
        }
    }

    static Ends read(StateReader in, long start) {
        Ends read = new Ends();
        read.read(in);
        read.firstAt = start + in.number();
        if (read.count() == 1) {
            read.first = read.min();
            read.lastAt = read.firstAt;
            read.last = read.first;
        } else {
            read.first = in.real();
            read.lastAt = read.firstAt + in.number();
            read.last = in.real();
        }
        return read;
    }
}
