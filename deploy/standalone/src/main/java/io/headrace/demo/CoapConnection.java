package io.headrace.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.eclipse.californium.core.CoapClient;
import org.eclipse.californium.core.CoapHandler;
import org.eclipse.californium.core.CoapResponse;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.MediaTypeRegistry;
import org.eclipse.californium.core.coap.Request;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedSinglePskStore;

/** CoAP over DTLS with the device's key, by Eclipse Californium; one request at a time, as NSTART = 1 says. */
final class CoapConnection implements Connection {
    private static final long TIMEOUT_S = 30;

    private final CoapEndpoint endpoint;
    private final CoapClient client;

    private CoapConnection(CoapEndpoint endpoint, CoapClient client) {
        this.endpoint = endpoint;
        this.client = client;
    }

    /** @throws NotAcceptedException where no socket can be had; a wrong key shows with the first message */
    static CoapConnection open(InetSocketAddress address, String device, String key) {
        CoapConfig.register();
        DtlsConfig.register();
        Configuration settings = Configuration.createStandardWithoutFile();
        settings.set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1);
        settings.set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, 1);
        settings.set(CoapConfig.PROTOCOL_STAGE_THREAD_COUNT, 1);
        DtlsConnectorConfig dtls = DtlsConnectorConfig.builder(settings)
                .setAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .setAdvancedPskStore(
                        new AdvancedSinglePskStore(device, Base64.getDecoder().decode(key)))
                .build();
        CoapEndpoint endpoint = CoapEndpoint.builder()
                .setConfiguration(settings)
                .setConnector(new DTLSConnector(dtls))
                .build();
        try {
            endpoint.start();
        } catch (IOException e) {
            throw new NotAcceptedException("no socket for " + device + ": " + e.getMessage());
        }
        CoapClient client =
                new CoapClient("coaps://" + address.getHostString() + ":" + address.getPort() + "/v1/telemetry");
        client.setEndpoint(endpoint);
        client.setTimeout(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
        return new CoapConnection(endpoint, client);
    }

    @Override
    public CompletionStage<Void> send(Outgoing message) {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        Request request = Request.newPost();
        request.setPayload(message.payload());
        message.contentType().ifPresent(type -> request.getOptions().setContentFormat(MediaTypeRegistry.parse(type)));
        client.advanced(
                new CoapHandler() {
                    @Override
                    public void onLoad(CoapResponse response) {
                        if (response.getCode() == ResponseCode.CHANGED) {
                            answered.complete(null);
                        } else {
                            answered.completeExceptionally(
                                    new NotAcceptedException("CoAP answered " + response.getCode()));
                        }
                    }

                    @Override
                    public void onError() {
                        answered.completeExceptionally(new NotAcceptedException("CoAP gave no answer"));
                    }
                },
                request);
        return answered;
    }

    @Override
    public int window() {
        return 1;
    }

    @Override
    public void close() {
        client.shutdown();
        endpoint.destroy();
    }
}
