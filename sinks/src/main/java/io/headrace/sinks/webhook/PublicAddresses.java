package io.headrace.sinks.webhook;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Resolves names to addresses of the public internet and to no others, so that a target's name can't lead a request to
 * the machine itself, to its network or to a cloud's metadata. The connection is made to what comes from here, so a name
 * that resolves to something else a moment later leads nowhere either. By IANA's registries of special-purpose addresses
 * (RFC 6890).
 */
final class PublicAddresses implements DnsResolver {
    private final DnsResolver system;

    PublicAddresses() {
        this(SystemDefaultDnsResolver.INSTANCE);
    }

    PublicAddresses(DnsResolver system) {
        this.system = system;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        List<InetAddress> all = new ArrayList<>();
        for (InetAddress address : system.resolve(host)) {
            if (isPublic(address)) {
                all.add(address);
            }
        }
        if (all.isEmpty()) {
            throw new UnknownHostException(host + " has no public address, and allow.private.addresses is false");
        }
        return all.toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        if (address instanceof Inet6Address) {
            return isPublic6(bytes);
        }
        return address instanceof Inet4Address && isPublic4(bytes, 0);
    }

    private static boolean isPublic4(byte[] bytes, int from) {
        int first = bytes[from] & 0xFF;
        int second = bytes[from + 1] & 0xFF;
        int third = bytes[from + 2] & 0xFF;
        return switch (first) {
            case 0, 10, 127 -> false;
            case 100 -> second < 64 || second > 127; // between carriers
            case 169 -> second != 254;
            case 172 -> second < 16 || second > 31;
            case 192 ->
                !(second == 168 || (second == 0 && (third == 0 || third == 2)) || (second == 88 && third == 99));
            case 198 -> !(second == 18 || second == 19 || (second == 51 && third == 100));
            case 203 -> !(second == 0 && third == 113);
            default -> first < 224;
        };
    }

    /** Of the unicast space 2000::/3, and of what holds an IPv4 address the same rules for that. */
    private static boolean isPublic6(byte[] bytes) {
        int first = ((bytes[0] & 0xFF) << 8) | (bytes[1] & 0xFF);
        int second = ((bytes[2] & 0xFF) << 8) | (bytes[3] & 0xFF);
        if (first == 0x2002) {
            return isPublic4(bytes, 2); // 6to4
        }
        if (first == 0x0064 && second == 0xFF9B) {
            return bytes[4] == 0 && bytes[5] == 0 && isPublic4(bytes, 12); // NAT64
        }
        boolean isSpecial = (first == 0x2001 && (second < 0x0200 || second == 0x0DB8)) || first == 0x3FFF;
        return (first & 0xE000) == 0x2000 && !isSpecial;
    }
}
