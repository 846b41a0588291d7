package io.headrace.streams.window.timeline;

import io.headrace.streams.window.shape.Span;
import io.headrace.streams.window.shape.Window;
import io.headrace.streams.window.shape.WindowSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is to happen to a device's windows, in the order of the accessors here. */
public final class Step {
    private static final Comparator<Window> BY_END = Comparator.comparingLong(Window::end)
            .thenComparingLong(window -> window.spec().shape().sizeMs());

    private List<Move> moves = List.of();
    private List<Window> counting = List.of();
    private List<WindowSpec> missed = List.of();
    private List<Window> showing = List.of();
    private List<Window> closing = List.of();
    private List<Span> gone = List.of();
    private final long latest;

    /** @param latest what was observed so far was observed no later; {@link Long#MAX_VALUE} where that isn't known */
    Step(long latest) {
        this.latest = latest;
    }

    /** A session whose values now belong to another, with an earlier start. */
    public record Move(Window from, Window to) {}

    /** Sessions to put into others. */
    public List<Move> moves() {
        return moves;
    }

    /** Windows, or panes of them, that count the reading. */
    public List<Window> counting() {
        return counting;
    }

    /** Whether nothing can have been counted so far in a window, or pane, that counts the reading. */
    public boolean isFirstOf(Window window) {
        return window.start() > latest;
    }

    /** Definitions whose windows for the reading are no longer kept. */
    public List<WindowSpec> missed() {
        return missed;
    }

    /** Windows, or stretches of windows of several panes, to give a provisional result of. */
    public List<Window> showing() {
        return showing;
    }

    /**
     * Windows to give a revision of, by end, then size. Of windows of several panes a stretch, from the start of the first
     * to the start after the last.
     */
    public List<Window> closing() {
        return closing;
    }

    /** Windows to forget. */
    public List<Span> gone() {
        return gone;
    }

    void move(Move move) {
        moves = with(moves, move);
    }

    void count(Window window) {
        counting = with(counting, window);
    }

    void miss(WindowSpec spec) {
        missed = with(missed, spec);
    }

    void show(Window window) {
        showing = with(showing, window);
    }

    void close(Window window) {
        closing = with(closing, window);
    }

    void forget(Span span) {
        gone = with(gone, span);
    }

    /** Whether anything happens beside counting. */
    boolean isMore() {
        return !(moves.isEmpty() && showing.isEmpty() && closing.isEmpty() && gone.isEmpty());
    }

    /** Most steps are of one window that counts, and of nothing else. */
    private static <T> List<T> with(List<T> list, T more) {
        List<T> longer = list.isEmpty() ? new ArrayList<>(2) : list;
        longer.add(more);
        return longer;
    }

    Step sorted() {
        if (closing.size() > 1) {
            closing.sort(BY_END);
        }
        return this;
    }
}
