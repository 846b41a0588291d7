package io.headrace.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A network between a client and a server on this machine that can fail: bytes of either direction wait, as they do in
 * TCP when packets are lost, arrive late, or connections are reset and refused.
 */
final class FaultyLink implements AutoCloseable {
    private static final int CHUNK = 16 << 10;

    private final int port;
    private final int server;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean holdsRequests;
    private volatile boolean holdsReplies;
    private volatile boolean refuses;
    private volatile long delayMillis;

    /**
     * @param port where clients come in
     * @param server where it leads to
     */
    FaultyLink(int port, int server) {
        this.port = port;
        this.server = server;
        try {
            listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("can't listen on " + port, e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return port;
    }

    int server() {
        return server;
    }

    /** All is well again. */
    void heal() {
        holdsRequests = false;
        holdsReplies = false;
        refuses = false;
        delayMillis = 0;
    }

    /** Nothing gets through in either direction. */
    void partition() {
        holdsRequests = true;
        holdsReplies = true;
    }

    /** Requests get there, and replies don't come back. */
    void loseReplies() {
        holdsReplies = true;
    }

    /** Connections are reset, and new ones are closed at once. */
    void cut() {
        refuses = true;
        sockets.forEach(FaultyLink::reset);
    }

    /** Each chunk arrives this much later, either way. */
    void delay(Duration by) {
        delayMillis = by.toMillis();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refuses) {
                    reset(client);
                    continue;
                }
                Socket to = new Socket(InetAddress.getLoopbackAddress(), server);
                sockets.add(client);
                sockets.add(to);
                Thread.ofVirtual().start(() -> pump(client, to, true));
                Thread.ofVirtual().start(() -> pump(to, client, false));
            } catch (IOException closedOrNoServer) {
                // the client finds out by itself
            }
        }
    }

    private void pump(Socket from, Socket to, boolean isRequests) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                TimeUnit.MILLISECONDS.sleep(delayMillis);
                while (isRequests ? holdsRequests : holdsReplies) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                out.write(chunk, 0, n);
            }
        } catch (IOException over) {
            // either side has ended it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reset(from);
            reset(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException closedAlready) {
            // that is what was wanted
        }
    }

    @Override
    public void close() throws IOException {
        heal();
        listener.close();
        sockets.forEach(FaultyLink::reset);
    }
}
