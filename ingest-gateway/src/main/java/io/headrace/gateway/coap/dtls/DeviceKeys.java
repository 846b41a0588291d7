package io.headrace.gateway.coap.dtls;

import io.headrace.gateway.identity.PreSharedKeys;
import io.headrace.gateway.identity.PreSharedKeys.Slot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import javax.crypto.SecretKey;
import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.HandshakeResultHandler;
import org.eclipse.californium.scandium.dtls.PskPublicInformation;
import org.eclipse.californium.scandium.dtls.PskSecretResult;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedPskStore;
import org.eclipse.californium.scandium.util.SecretUtil;
import org.eclipse.californium.scandium.util.ServerNames;
import org.jspecify.annotations.Nullable;

/**
 * Keys for handshakes. A handshake can be done with one key only, and doesn't say which of its two the device has: the
 * first is tried, and after a handshake that failed, the other one with the next from there.
 */
final class DeviceKeys implements AdvancedPskStore {
    private static final int MAX_REMEMBERED = 10_000;

    private final PreSharedKeys keys;
    private final Function<ConnectionId, Handshake> handshakes;
    private final Map<Claim, Slot> next = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Claim, Slot> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    /** With its source, so that nobody else's failures decide which key is tried. */
    private record Claim(String id, InetAddress from) {}

    /** @param handshakes finds the handshake of a connection */
    DeviceKeys(PreSharedKeys keys, Function<ConnectionId, Handshake> handshakes) {
        this.keys = keys;
        this.handshakes = handshakes;
    }

    @Override
    public PskSecretResult requestPskSecretResult(
            ConnectionId connection,
            @Nullable ServerNames serverNames,
            PskPublicInformation identity,
            String hmacAlgorithm,
            SecretKey otherSecret,
            byte[] seed,
            boolean useExtendedMasterSecret) {
        Handshake handshake = handshakes.apply(connection);
        String claimedId = identity.getPublicInfoAsString();
        Slot slot = slot(new Claim(claimedId, handshake.address.getAddress()));
        byte[] key = keys.find(claimedId, slot);
        handshake.tries(claimedId, slot, key);
        return new PskSecretResult(
                connection, identity, SecretUtil.create(key, PskSecretResult.ALGORITHM_PSK), handshake);
    }

    private synchronized Slot slot(Claim claim) {
        return next.getOrDefault(claim, Slot.PRIMARY);
    }

    /** The key of a handshake was wrong. */
    synchronized void failed(Handshake handshake) {
        Claim claim = new Claim(handshake.claimedId(), handshake.address.getAddress());
        next.remove(claim);
        if (handshake.slot() == Slot.PRIMARY) {
            next.put(claim, Slot.SECONDARY);
        }
    }

    /** For clients only. */
    @Override
    public @Nullable PskPublicInformation getIdentity(InetSocketAddress peer, @Nullable ServerNames virtualHost) {
        return null;
    }

    @Override
    public boolean hasEcdhePskSupported() {
        return true;
    }

    @Override
    public void setResultHandler(HandshakeResultHandler resultHandler) {}
}
