package io.headrace.gateway.coap.dtls;

import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.PreSharedKeys.Slot;
import java.net.InetSocketAddress;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One handshake under way, from a proven address. On the connection's thread. */
final class Handshake {
    final InetSocketAddress address;
    private @Nullable KeyTrial trial;

    /** A key that is tried: the peer's next message shows whether it has the same one. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record KeyTrial(String claimedId, Slot slot, byte[] key) {}

    Handshake(InetSocketAddress address) {
        this.address = address;
    }

    void tries(String claimedId, Slot slot, byte[] key) {
        trial = new KeyTrial(claimedId, slot, key);
    }

    /** Whether a key was tried, and hasn't been found wrong. */
    boolean isTryingKey() {
        return trial != null;
    }

    /** What the tried key is as a credential. */
    Credentials provenKey() {
        KeyTrial tried = tried();
        return new Credentials.Password(tried.claimedId, Base64.getEncoder().encodeToString(tried.key));
    }

    /** What to show in place of a key that the peer doesn't have: none, which is nobody's. */
    Credentials wrongKey() {
        return new Credentials.Password(tried().claimedId, "");
    }

    String claimedId() {
        return tried().claimedId;
    }

    Slot slot() {
        return tried().slot;
    }

    void forgetKey() {
        trial = null;
    }

    private KeyTrial tried() {
        if (trial == null) {
            throw new IllegalStateException("no key was tried");
        }
        return trial;
    }
}
