package io.headrace.streams.window.measure;

/**
 * What has been told of one metric in one window of several panes.
 *
 * @param revisions how many
 * @param edits {@link Accumulator#edits} of all its panes when the last revision was told
 * @param shown the same, when the last revision or provisional result was told
 */
public record Told(int revisions, long edits, long shown) {
    public static final Told NOTHING = new Told(0, 0, 0);
    private static final int VERSION = 1;

    public void write(StateWriter out) {
        out.octet(VERSION);
        out.number(revisions);
        out.number(edits);
        out.number(shown - edits);
    }

    public static Told read(StateReader in) {
        in.version(VERSION, "told revisions");
        int revisions = (int) in.number();
        long edits = in.number();
        return new Told(revisions, edits, edits + in.number());
    }
}
