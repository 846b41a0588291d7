package io.headrace.sinks.warm;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to PostgreSQL that can lose an answer, or fall silent. */
final class Relay implements Closeable {
    private final int target;
    private final ServerSocket door;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Object gate = new Object();
    private volatile boolean silent;
    private volatile boolean loseNextCommit;

    /** @param target port of PostgreSQL on this machine */
    Relay(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** The next COMMIT arrives, and its answer doesn't: the connection is cut instead. */
    void loseAnswerOfNextCommit() {
        loseNextCommit = true;
    }

    /** Nothing that PostgreSQL says arrives from now on. */
    void fallSilent() {
        silent = true;
    }

    void speakAgain() {
        synchronized (gate) {
            silent = false;
            gate.notifyAll();
        }
    }

    @Override
    public void close() throws IOException {
        speakAgain();
        door.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static void start(Runnable carrier) {
        Thread thread = new Thread(carrier, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(server);
                Wire wire = new Wire(client, server);
                start(wire::carryThere);
                start(wire::carryBack);
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private final class Wire {
        private final Socket client;
        private final Socket server;
        private volatile boolean committing;

        Wire(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void carryThere() {
            byte[] buffer = new byte[1 << 16];
            try (client;
                    server) {
                InputStream in = client.getInputStream();
                OutputStream out = server.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (loseNextCommit && new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains("COMMIT")) {
                        loseNextCommit = false;
                        committing = true;
                    }
                    out.write(buffer, 0, read);
                }
            } catch (IOException cut) {
                // as it was to be
            }
        }

        void carryBack() {
            byte[] buffer = new byte[1 << 16];
            try (client;
                    server) {
                InputStream in = server.getInputStream();
                OutputStream out = client.getOutputStream();
                for (int read = in.read(buffer); read >= 0 && !committing; read = in.read(buffer)) {
                    awaitSpeech();
                    out.write(buffer, 0, read);
                }
            } catch (IOException cut) {
                // as it was to be
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void awaitSpeech() throws InterruptedException {
            synchronized (gate) {
                while (silent) {
                    gate.wait();
                }
            }
        }
    }
}
