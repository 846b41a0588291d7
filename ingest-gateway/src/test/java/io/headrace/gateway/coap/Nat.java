package io.headrace.gateway.coap;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Stands between a device and a server, and can give the device another address, as a NAT does after a pause. */
final class Nat implements AutoCloseable {
    private final DatagramSocket inside;
    private final int serverPort;
    private final List<byte[]> fromServer = new CopyOnWriteArrayList<>();
    private final List<byte[]> fromDevice = new CopyOnWriteArrayList<>();
    private volatile DatagramSocket outside;
    private volatile @Nullable SocketAddress device;

    Nat(int serverPort) throws IOException {
        this.serverPort = serverPort;
        this.inside = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        this.outside = opened();
        Thread.ofVirtual().start(this::outwards);
    }

    private DatagramSocket opened() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> inwards(socket));
        return socket;
    }

    int port() {
        return inside.getLocalPort();
    }

    /** From here on the device comes from another port, and is no longer reached by its old one. */
    void rebind() throws IOException {
        DatagramSocket before = outside;
        outside = opened();
        before.close();
    }

    /** Sends a datagram of the device once more, from the device's address. */
    void repeat(byte[] datagram) throws IOException {
        outside.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), serverPort));
    }

    List<byte[]> fromServer() {
        return List.copyOf(fromServer);
    }

    List<byte[]> fromDevice() {
        return List.copyOf(fromDevice);
    }

    private void outwards() {
        while (!inside.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                inside.receive(packet);
                device = packet.getSocketAddress();
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                fromDevice.add(bytes);
                outside.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), serverPort));
            } catch (IOException closed) {
                // or about to be replaced: the device sends it again
            }
        }
    }

    private void inwards(DatagramSocket socket) {
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                socket.receive(packet);
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                fromServer.add(bytes);
                SocketAddress to = device;
                if (to != null) {
                    inside.send(new DatagramPacket(bytes, bytes.length, to));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    @Override
    public void close() {
        inside.close();
        outside.close();
    }
}
