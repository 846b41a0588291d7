package io.headrace.streams.detect.episode;

import io.headrace.streams.detect.detector.Finding;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the anomalies of one metric of one device, beside what its detector remembers. Changes in place.
 *
 * <p>An episode is either wholly within one maintenance or wholly outside: what outlasts it is news.
 */
public final class Watch {
    /** Of the layout of {@link #stored}; version 2 of it. No detector's memory begins with it. */
    private static final byte VERSION = 125;

    /** Version 1, of before metrics were looked at together: the same without {@link #JOINT}. */
    private static final byte FIRST_VERSION = 126;

    private static final int OPEN = 1;
    private static final int CUT = 2;
    private static final int JOINT = 4;

    /** Values that are evidence up to an onset, its own included. */
    private static final int BEFORE = 9;

    private static final int HEAD = 1 + Integer.BYTES;
    private static final int BYTES = HEAD + Tolerance.BYTES + 2 * Long.BYTES + 1 + Integer.BYTES;

    /** Silence that ends an episode, at least; and in mean intervals between the metric's values. */
    private static final long SILENT_MS = 3_600_000;

    private static final long SILENT_INTERVALS = 20;

    /** Intervals over which the mean goes; of one, what counts at most, in means. */
    private static final int INTERVALS = 16;

    private static final int LONGEST_INTERVAL = 4;

    private final Points recent;
    private final Onsets onsets;
    private long heardAt;
    private long intervalMs;
    private @Nullable Episode episode;
    private byte[] told = {};

    private Watch(Points recent, Onsets onsets) {
        this.recent = recent;
        this.onsets = onsets;
    }

    /** Of a metric that was never seen. */
    public static Watch fresh() {
        return new Watch(new Points(BEFORE), Onsets.fresh());
    }

    /** Whether an episode is open. */
    public boolean isOpen() {
        return episode != null;
    }

    /** Whether one is open that began because the metric didn't fit the others of its device. */
    public boolean isJoint() {
        return episode != null && episode.isJoint;
    }

    /** Which findings of the metric by itself begin an episode. */
    public Onsets onsets() {
        return onsets;
    }

    /** Whether the open episode ended before what was received now, however strange that is. */
    public boolean isOver(Moment moment) {
        Episode open = episode;
        return open != null
                && (leftMs(moment.receivedAt() - heardAt) < 0 || !open.maintenance.equals(moment.maintenance()));
    }

    /** How much longer than that the metric must be silent for its episode to be over; negative where it was long enough. */
    public long leftMs(long silentMs) {
        return Math.max(SILENT_MS, SILENT_INTERVALS * intervalMs) - silentMs;
    }

    /** When its last value was received, epoch milliseconds. */
    public long heardAt() {
        return heardAt;
    }

    /**
     * The next value. An episode that it closes stays until {@link #close}, to be told.
     *
     * @param base strangeness that is strange, of all metrics
     */
    public Change plus(Finding finding, Moment moment, double base) {
        hear(moment.receivedAt());
        recent.add(moment.at(), finding.value());
        Episode open = episode;
        if (open != null) {
            // in maintenance each value is the first after those before it, and so has a score
            boolean begins = moment.maintenance().isEmpty() && finding.score() >= onsets.threshold(base, moment);
            return begins ? Change.RENEWED : open.plus(finding, moment, base);
        }
        return begin(finding, moment, base);
    }

    /** After {@link #plus}, and the end of the episode that it found over. */
    public Change begin(Finding finding, Moment moment, double base) {
        if (!onsets.begins(finding, moment, base)) {
            return Change.NONE;
        }
        open(finding, moment);
        return Change.OPENED;
    }

    /** Begins an episode with the newest value, whatever it is by itself. */
    public void open(Finding finding, Moment moment) {
        episode = Episode.begun(finding, moment, recent.size());
    }

    private void hear(long receivedAt) {
        if (heardAt != 0) {
            long gap = Math.clamp(receivedAt - heardAt, 0, 1_000 + LONGEST_INTERVAL * intervalMs);
            intervalMs += (gap - intervalMs) / INTERVALS;
        }
        heardAt = Math.max(heardAt, receivedAt);
    }

    /** The episode that is open. */
    Episode episode() {
        if (episode == null) {
            throw new IllegalStateException("no episode is open");
        }
        return episode;
    }

    public void close() {
        episode = null;
    }

    /** As {@link #close}, of one that may go on. */
    public void cutShort() {
        episode = null;
        onsets.cutShort();
    }

    Points recent() {
        return recent;
    }

    /** The newest record of the newest episode, as its topic has it; empty where there was none. */
    byte[] told() {
        return told;
    }

    /** Remembers a record as the newest of the newest episode. */
    void tell(byte[] record) {
        told = record;
    }

    /**
     * Both of what is stored of a metric.
     *
     * @param memory the detector's
     */
    public byte[] stored(byte[] memory) {
        Episode open = episode;
        int size = BYTES + recent.bytes() + (open == null ? 0 : open.bytes()) + told.length;
        ByteBuffer out = ByteBuffer.allocate(size + memory.length);
        out.put(VERSION).putInt(size);
        recent.save(out);
        onsets.tolerance().save(out);
        out.putLong(heardAt).putLong(intervalMs);
        out.put((byte) ((open == null ? 0 : OPEN) | (onsets.isCut() ? CUT : 0) | (isJoint() ? JOINT : 0)));
        if (open != null) {
            open.save(out);
        }
        out.putInt(told.length).put(told).put(memory);
        return out.array();
    }

    /** Of what {@link #stored} returned; of what was stored before there were episodes, {@link #fresh}. */
    public static Watch read(byte[] stored) {
        if (!isOurs(stored)) {
            return fresh();
        }
        ByteBuffer in = ByteBuffer.wrap(stored, HEAD, stored.length - HEAD);
        Points recent = Points.load(in, BEFORE);
        Tolerance tolerance = Tolerance.load(in);
        long heardAt = in.getLong();
        long intervalMs = in.getLong();
        byte flags = in.get();
        Watch watch = new Watch(recent, new Onsets(tolerance, (flags & CUT) != 0));
        watch.heardAt = heardAt;
        watch.intervalMs = intervalMs;
        watch.episode = (flags & OPEN) == 0 ? null : Episode.load(in, (flags & JOINT) != 0);
        watch.told = new byte[in.getInt()];
        in.get(watch.told);
        return watch;
    }

    /** The detector's part of what is stored, which was all of it before there were episodes. */
    public static byte[] memory(byte[] stored) {
        if (!isOurs(stored)) {
            return stored;
        }
        return Arrays.copyOfRange(
                stored, ByteBuffer.wrap(stored, 1, Integer.BYTES).getInt(), stored.length);
    }

    private static boolean isOurs(byte[] stored) {
        return stored.length >= BYTES && (stored[0] == VERSION || stored[0] == FIRST_VERSION);
    }
}
