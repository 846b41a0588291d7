package io.headrace.gateway.command;

import io.headrace.catalogue.DeviceId;
import java.util.LinkedHashSet;

/**
 * Commands that have a final result, the newest some ten thousand of them: so that an answer that comes again isn't taken
 * for one to an unknown command, nor a command that is read after its result, or made twice, for one that waits. Kept as
 * hashes of 64 bits, of which no two are expected to meet among so few. Not safe for use by several threads.
 */
final class Finals {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final int most;
    private final LinkedHashSet<Long> newest = new LinkedHashSet<>();

    Finals(int most) {
        this.most = most;
    }

    void add(DeviceId device, String commandId) {
        if (newest.add(hash(device.value(), commandId)) && newest.size() > most) {
            newest.removeFirst();
        }
    }

    boolean has(DeviceId device, String commandId) {
        return newest.contains(hash(device.value(), commandId));
    }

    /** FNV-1a over both, parted by a character that neither may have, and mixed at the end. */
    private static long hash(String device, String commandId) {
        long hash = mix(mix(FNV_OFFSET, device), "/");
        hash = mix(hash, commandId);
        hash ^= hash >>> 32;
        hash *= 0x9E3779B97F4A7C15L;
        return hash ^ (hash >>> 29);
    }

    private static long mix(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }
}
