package io.headrace.streams.window.measure;

/** The first and the last of some values by the time of their observation. Times are epoch microseconds. */
final class Ends {
    private boolean has;
    private long firstAt;
    private double first;
    private long lastAt;
    private double last;

    /** Of equal times the first to come is first, and the last to come is last. */
    void add(double value, long at) {
        if (!has || at < firstAt) {
            firstAt = at;
            first = value;
        }
        if (!has || at >= lastAt) {
            lastAt = at;
            last = value;
        }
        has = true;
    }

    /** Those of others, which came after all of these. */
    void add(Ends others) {
        add(others.first, others.firstAt);
        if (others.lastAt >= lastAt) {
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

    /** @param isOne whether there is just one value, which is stored elsewhere */
    void write(StateWriter out, long start, boolean isOne) {
        out.number(firstAt - start);
        if (!isOne) {
            out.real(first);
            out.number(lastAt - firstAt);
            out.real(last);
        }
    }

    static Ends readOne(StateReader in, long start, double value) {
        Ends read = new Ends();
        read.add(value, start + in.number());
        return read;
    }

    static Ends readTwo(StateReader in, long start) {
        Ends read = new Ends();
        read.has = true;
        read.firstAt = start + in.number();
        read.first = in.real();
        read.lastAt = read.firstAt + in.number();
        read.last = in.real();
        return read;
    }
}
