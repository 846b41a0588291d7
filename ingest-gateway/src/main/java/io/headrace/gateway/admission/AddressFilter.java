package io.headrace.gateway.admission;

import io.headrace.config.Settings;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** Which addresses may connect at all: those of an allowed network, or any where none is named, but no denied ones. */
public final class AddressFilter {
    /** Lets all in. */
    public static final AddressFilter ANY = new AddressFilter(List.of(), List.of());

    private final List<Network> allowed;
    private final List<Network> denied;

    private AddressFilter(List<Network> allowed, List<Network> denied) {
        this.allowed = allowed;
        this.denied = denied;
    }

    /** Reads {@code gateway.allow} and {@code gateway.deny}: networks such as {@code 10.0.0.0/8, 2001:db8::/32}. */
    public static AddressFilter from(Settings settings) {
        return new AddressFilter(networks(settings, "gateway.allow"), networks(settings, "gateway.deny"));
    }

    private static List<Network> networks(Settings settings, String key) {
        return Arrays.stream(settings.text(key, "").split(","))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> Network.parse(key, text))
                .toList();
    }

    public boolean allows(InetAddress address) {
        return (allowed.isEmpty() || isIn(allowed, address)) && (denied.isEmpty() || !isIn(denied, address));
    }

    private static boolean isIn(List<Network> networks, InetAddress address) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < networks.size(); i++) {
            if (networks.get(i).has(bytes)) {
                return true;
            }
        }
        return false;
    }

    /** Addresses that begin with the same bits. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Network(byte[] address, int bits) {
        static Network parse(String key, String text) {
            int slash = text.indexOf('/');
            String host = slash < 0 ? text : text.substring(0, slash);
            try {
                byte[] address = InetAddress.ofLiteral(host).getAddress();
                int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
                if (bits >= 0 && bits <= address.length * 8) {
                    return new Network(address, bits);
                }
            } catch (IllegalArgumentException notANetwork) {
                // said below, as for a prefix that is too long
            }
            throw Settings.invalid(key, text, "addresses or networks such as 192.0.2.7, 10.0.0.0/8, 2001:db8::/32");
        }

        boolean has(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / 8;
            int rest = bits % 8;
            return Arrays.equals(address, 0, whole, other, 0, whole)
                    && (rest == 0 || ((address[whole] ^ other[whole]) & 0xFF) >> (8 - rest) == 0);
        }
    }
}
