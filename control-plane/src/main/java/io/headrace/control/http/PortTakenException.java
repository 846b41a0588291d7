package io.headrace.control.http;

import java.net.InetSocketAddress;

/** The address can't be listened on: another process has the port, or the address isn't this machine's. */
public final class PortTakenException extends RuntimeException {
    private final InetSocketAddress address;

    PortTakenException(InetSocketAddress address, String why) {
        super("control-plane.listen = " + address.getHostString() + ":" + address.getPort() + " can't be listened on: "
                + why);
        this.address = address;
    }

    public InetSocketAddress address() {
        return address;
    }
}
