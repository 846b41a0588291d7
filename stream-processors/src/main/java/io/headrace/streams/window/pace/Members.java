package io.headrace.streams.window.pace;

import io.headrace.streams.window.measure.StateReader;
import io.headrace.streams.window.measure.StateWriter;
import io.headrace.streams.window.timeline.WallTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The devices of one group, each with its own watermark. The group's watermark is that of the member furthest behind, so
 * that a window closes when every member's time has passed it, but for two kinds of members that nobody waits for: those
 * that are silent, by the wall clock, and those further behind the middle one than a limit, whose clock stands still or
 * who bring what they have gathered for a day. One wrong clock neither holds up its group nor hurries it. What such members
 * send still counts, in later revisions.
 */
final class Members {
    /** No member has a watermark that counts. */
    static final long NONE = Long.MIN_VALUE;

    private static final int VERSION = 1;

    private final Map<String, Member> members = new HashMap<>();
    private final StateWriter writer = new StateWriter();
    private long[] watermarks = new long[8];

    private static final class Member {
        private long watermark = NONE;
        private long seen;
    }

    /**
     * Takes a member's reading.
     *
     * @param observedAt epoch microseconds
     * @param isOwn whether that is the device's time, and not the gateway's in place of an impossible one
     * @param now epoch milliseconds
     * @return the member, to be stored
     */
    byte[] observe(String device, long observedAt, boolean isOwn, long now) {
        Member member = members.computeIfAbsent(device, fresh -> new Member());
        member.watermark = isOwn ? Math.max(member.watermark, observedAt) : member.watermark;
        member.seen = now;
        writer.reset().octet(VERSION);
        writer.octet(member.watermark == NONE ? 0 : 1);
        writer.signed(member.watermark == NONE ? 0 : member.watermark);
        writer.number(now);
        return writer.toBytes();
    }

    /** Takes back what {@link #observe} gave. */
    void load(String device, byte[] stored) {
        StateReader in = new StateReader(stored);
        in.version(VERSION, "member of a group");
        Member member = new Member();
        boolean has = in.octet() == 1;
        long watermark = in.signed();
        member.watermark = has ? watermark : NONE;
        member.seen = in.number();
        members.put(device, member);
    }

    /**
     * The group's watermark as it is now; it may have been further.
     *
     * @param idleClose milliseconds of silence after which a member isn't waited for
     * @param lag microseconds that a member may be behind the middle one
     */
    long watermark(WallTime time, long idleClose, long lag) {
        int count = 0;
        if (watermarks.length < members.size()) {
            watermarks = new long[members.size() * 2];
        }
        for (Member member : members.values()) {
            if (member.watermark != NONE && time.from(member.seen) + idleClose > time.now()) {
                watermarks[count++] = member.watermark;
            }
        }
        if (count == 0) {
            return NONE;
        }
        Arrays.sort(watermarks, 0, count);
        long limit = watermarks[count / 2] - lag;
        int first = 0;
        while (watermarks[first] < limit) {
            first++;
        }
        return watermarks[first];
    }

    /** Removes members that have been silent for so many milliseconds, and names them. */
    List<String> removeSilent(WallTime time, long silence) {
        List<String> silent = new ArrayList<>();
        members.forEach((device, member) -> {
            if (time.from(member.seen) + silence <= time.now()) {
                silent.add(device);
            }
        });
        silent.forEach(members::remove);
        return silent;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }
}
