package io.headrace.gateway.identity;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection.
 *
 * @param protocol as in {@code hr-protocol}: {@code mqtt/5}
 * @param address where it comes from
 */
public record Remote(String protocol, InetSocketAddress address) {
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

    /** @param address of a channel; one that has none, as in tests and after its end, is {@code 0.0.0.0:0} */
    public static Remote of(String protocol, @Nullable SocketAddress address) {
        return new Remote(protocol, address instanceof InetSocketAddress known ? known : NOWHERE);
    }
}
