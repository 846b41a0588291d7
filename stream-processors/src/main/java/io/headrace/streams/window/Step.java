package io.headrace.streams.window;

import java.util.List;

/**
 * What is to happen to a device's windows, in this order.
 *
 * @param counting windows that count the reading
 * @param missed sizes in milliseconds whose window is no longer kept
 * @param closing windows to give a revision of, by end, then size
 * @param gone windows to forget
 */
record Step(List<Window> counting, List<Integer> missed, List<Window> closing, List<Span> gone) {
    Step {
        counting = List.copyOf(counting);
        missed = List.copyOf(missed);
        closing = List.copyOf(closing);
        gone = List.copyOf(gone);
    }
}
