package io.headrace.demo;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.DeliveryState;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.Tracker;
import org.apache.qpid.protonj2.client.exceptions.ClientException;

/** AMQP 1.0, unsettled, by Apache Qpid's client. */
final class AmqpConnection implements Connection {
    private static final long TIMEOUT_S = 30;

    private final Client client;
    private final Sender sender;
    /** One thread, so that acknowledgements are looked at in the order of the messages. */
    private final ExecutorService answers =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());

    private AmqpConnection(Client client, Sender sender) {
        this.client = client;
        this.sender = sender;
    }

    /**
     * @param tls trusts the server; empty for plaintext
     * @throws NotAcceptedException where the gateway refuses the device
     */
    static AmqpConnection open(InetSocketAddress address, Optional<SSLContext> tls, String device, String key) {
        ConnectionOptions options = new ConnectionOptions().user(device).password(key);
        options.saslOptions().addAllowedMechanism("PLAIN");
        tls.ifPresent(trusting -> options.sslOptions().sslEnabled(true).sslContextOverride(trusting));
        Client client = Client.create();
        try {
            var connection =
                    client.connect(tls.isPresent() ? "localhost" : address.getHostString(), address.getPort(), options);
            return new AmqpConnection(client, connection.openSender("telemetry"));
        } catch (ClientException refused) {
            client.close();
            throw new NotAcceptedException(device + ": " + refused.getMessage());
        }
    }

    @Override
    public CompletionStage<Void> send(Outgoing message) {
        try {
            Tracker tracker = sender.send(message(message));
            return CompletableFuture.runAsync(() -> requireAccepted(tracker), answers);
        } catch (ClientException e) {
            return CompletableFuture.failedFuture(new NotAcceptedException("not sent by AMQP: " + e.getMessage()));
        }
    }

    private static Message<byte[]> message(Outgoing outgoing) throws ClientException {
        Message<byte[]> message = Message.create(outgoing.payload());
        if (outgoing.contentType().isPresent()) {
            message.contentType(outgoing.contentType().get());
        }
        if (outgoing.messageId().isPresent()) {
            message.messageId(outgoing.messageId().get());
        }
        if (outgoing.deviceTime().isPresent()) {
            message.creationTime(outgoing.deviceTime().get().toEpochMilli());
        }
        if (outgoing.expiresInSeconds().isPresent()) {
            message.timeToLive(
                    TimeUnit.SECONDS.toMillis(outgoing.expiresInSeconds().get()));
        }
        return message;
    }

    private static void requireAccepted(Tracker tracker) {
        try {
            DeliveryState answer =
                    tracker.awaitSettlement(TIMEOUT_S, TimeUnit.SECONDS).remoteState();
            if (answer == null || !answer.isAccepted()) {
                throw new NotAcceptedException("AMQP answered " + answer);
            }
        } catch (ClientException e) {
            throw new NotAcceptedException("not accepted by AMQP: " + e.getMessage());
        }
    }

    @Override
    public int window() {
        return 64;
    }

    @Override
    public void close() {
        client.close();
        answers.close();
    }
}
