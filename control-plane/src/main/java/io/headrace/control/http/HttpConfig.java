package io.headrace.control.http;

import io.headrace.config.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where the control plane listens, and what it takes.
 *
 * @param listen port 0 for any free one
 * @param maxRequestBytes largest body
 * @param maxConnections open at once, streams of events among them
 */
public record HttpConfig(InetSocketAddress listen, int maxRequestBytes, int maxConnections) {
    /**
     * Reads {@code control-plane.listen}, {@code .plaintext-anywhere}, {@code .max-request-bytes} and
     * {@code .max-connections}. A token must not cross a network in clear text: an address that isn't this machine's
     * own is refused unless {@code plaintext-anywhere} says that something in front of it ends TLS.
     */
    public static HttpConfig from(Settings settings) {
        InetSocketAddress listen = settings.address("control-plane.listen", "127.0.0.1:8090");
        boolean anywhere = settings.flag("control-plane.plaintext-anywhere", false);
        if (!anywhere && !isLoopback(listen.getHostString())) {
            throw Settings.invalid(
                    "control-plane.listen",
                    listen.getHostString() + ":" + listen.getPort(),
                    "a loopback address, unless control-plane.plaintext-anywhere = true");
        }
        return new HttpConfig(
                listen,
                Math.toIntExact(settings.bytes("control-plane.max-request-bytes", 1 << 20, 1 << 10, 64 << 20)),
                settings.integer("control-plane.max-connections", 1_000, 1, 100_000));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw Settings.invalid("control-plane.listen", host, "an address or a name that resolves to one");
        }
    }
}
