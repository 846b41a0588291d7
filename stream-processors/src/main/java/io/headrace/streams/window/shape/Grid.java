package io.headrace.streams.window.shape;

/**
 * Windows whose bounds are set by time alone. Time is cut into panes, and a window is one pane or several in a row: values are counted in
 * panes, and panes are put together when a window closes, so that a value is counted once in however many windows it is.
 * All times are epoch microseconds; ends are exclusive.
 */
public sealed interface Grid extends Shape permits Steps, Calendar {
    /** Start of the pane that holds an instant. */
    long pane(long instant);

    /** Start of the pane after the one that starts there. */
    long next(long pane);

    /** End of the window that starts there; every pane's start is a window's. */
    long end(long start);

    /** Start of the earliest window that holds the pane which starts there. */
    long earliest(long pane);

    /** Start of the first window that ends at an instant or after it. */
    long firstEndingFrom(long instant);

    /** Whether windows are of several panes. */
    boolean isPaned();

    /** Whether every window that holds a value is given, and not only where its last pane does. */
    boolean isComplete();

    /** Microseconds by which all starts can be divided, for short storage. */
    long unit();
}
