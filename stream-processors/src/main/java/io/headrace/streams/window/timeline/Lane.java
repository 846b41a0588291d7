package io.headrace.streams.window.timeline;

import io.headrace.streams.window.measure.StateReader;
import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.shape.Grid;
import io.headrace.streams.window.shape.Session;
import io.headrace.streams.window.shape.Span;
import io.headrace.streams.window.shape.WindowSpec;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A track, and when it is to give provisional results. */
final class Lane {
    /** In place of a size: what follows is the id of a definition with a name. */
    private static final int NAMED = 0;

    private final Track track;
    private final WindowSpec spec;
    /** Wall-clock time; 0 for never. */
    private long showAt;

    Lane(Track track, long showAt) {
        this.track = track;
        this.spec = track.spec();
        this.showAt = showAt;
    }

    @SuppressWarnings("ReferenceEquality") // which it nearly always is
    boolean isOf(WindowSpec other) {
        return spec == other || spec.equals(other);
    }

    Track track() {
        return track;
    }

    /** Notes that there is something to show, where it is wanted and wasn't noted before: whether it is so. */
    boolean willShow(long now) {
        long provisionalMs = spec.provisionalMs();
        boolean isNews = provisionalMs > 0 && showAt == 0;
        showAt = isNews ? now + provisionalMs : showAt;
        return isNews;
    }

    /** Wall-clock time of the next {@link #show}; {@link Long#MAX_VALUE} where there is nothing to show. */
    long showAt(WallTime time) {
        return showAt == 0 ? Long.MAX_VALUE : time.due(showAt, spec.provisionalMs(), 0);
    }

    void show(Step step) {
        showAt = 0;
        track.show(step);
    }

    /** Of one with a name the length stands before it, so that it can be passed over when nobody knows it any more. */
    void write(StateWriter out, long seen) {
        long id = spec.id();
        if (WindowSpec.isPlain(id)) {
            out.number(id);
            writeRest(out, seen);
            return;
        }
        out.number(NAMED);
        out.signed(id);
        int begun = out.begin();
        writeRest(out, seen);
        out.end(begun);
    }

    private void writeRest(StateWriter out, long seen) {
        out.number(showAt == 0 ? 0 : Math.max(showAt - seen, 0) + 1);
        track.write(out, seen);
    }

    /**
     * Reads one to the others.
     *
     * @param orphans gets all windows of a definition that isn't configured any more
     */
    static void read(
            StateReader in, LongFunction<@Nullable WindowSpec> specs, long seen, List<Lane> lanes, List<Span> orphans) {
        long size = in.number();
        if (size != NAMED) {
            lanes.add(read(in, plain(size, specs), seen));
            return;
        }
        long id = in.signed();
        int length = in.begin();
        WindowSpec spec = specs.apply(id);
        if (spec == null) {
            in.skip(length);
            orphans.add(new Span(id, Long.MIN_VALUE, Long.MAX_VALUE));
        } else {
            lanes.add(read(in, spec, seen));
        }
    }

    private static Lane read(StateReader in, WindowSpec spec, long seen) {
        long showIn = in.number();
        Track track =
                switch (spec.shape()) {
                    case Grid grid -> GridTrack.read(in, spec, grid, seen);
                    case Session session -> SessionTrack.read(in, spec, session, seen);
                };
        return new Lane(track, showIn == 0 ? 0 : seen + showIn - 1);
    }

    /** Of a size that isn't configured any more, what is open still closes. */
    static WindowSpec plain(long sizeMs, LongFunction<@Nullable WindowSpec> specs) {
        WindowSpec known = specs.apply(sizeMs);
        return known == null ? WindowSpec.plain(sizeMs, 0) : known;
    }
}
