package io.headrace.gateway.admission;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Where something comes from, as far as it can be told from its address: an IPv4 address, or the /64 of an IPv6 address,
 * of which any host has as many addresses as it likes.
 *
 * @param prefix all bits of an IPv4 address, the first 64 of an IPv6 address
 * @param isV4 whether it is an IPv4 address
 */
public record Source(long prefix, boolean isV4) {
    public static Source of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address
                ? new Source(ByteBuffer.wrap(bytes).getInt(), true)
                : new Source(ByteBuffer.wrap(bytes).getLong(), false);
    }
}
