package io.headrace.streams.window;

/**
 * Windows of one size that are no longer kept.
 *
 * @param from first start, inclusive, epoch microseconds
 * @param to last start, exclusive, epoch microseconds
 */
record Span(int sizeMs, long from, long to) {
    boolean holds(Window window) {
        return window.sizeMs() == sizeMs && from <= window.start() && window.start() < to;
    }
}
