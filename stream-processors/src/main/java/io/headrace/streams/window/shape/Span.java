package io.headrace.streams.window.shape;

/**
 * Windows of one definition that are no longer kept.
 *
 * @param id of the definition, which may be one that isn't configured any more
 * @param from first start, inclusive, epoch microseconds
 * @param to last start, exclusive, epoch microseconds
 */
public record Span(long id, long from, long to) {
    public boolean holds(long ofId, long start) {
        return ofId == id && from <= start && start < to;
    }
}
