package io.headrace.gateway.coap;

import io.headrace.gateway.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.californium.core.CoapClient;
import org.eclipse.californium.core.CoapHandler;
import org.eclipse.californium.core.CoapResponse;
import org.eclipse.californium.core.coap.CoAP;
import org.eclipse.californium.core.coap.Request;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.elements.config.SystemConfig;
import org.eclipse.californium.elements.config.UdpConfig;
import org.eclipse.californium.elements.exception.ConnectorException;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConfig.DtlsRole;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.CertificateType;
import org.eclipse.californium.scandium.dtls.ExtendedMasterSecretMode;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedSinglePskStore;
import org.eclipse.californium.scandium.dtls.x509.SingleCertificateProvider;
import org.eclipse.californium.scandium.dtls.x509.StaticNewAdvancedCertificateVerifier;
import org.jspecify.annotations.Nullable;

/** Californium's client: a device with a key or a certificate. Gives a handshake up after a second. */
public final class DtlsClient implements AutoCloseable {
    private final CoapEndpoint endpoint;
    private final CoapClient client;

    private DtlsClient(DtlsConnectorConfig config) {
        endpoint = CoapEndpoint.builder()
                .setConfiguration(configuration())
                .setConnector(new DTLSConnector(config))
                .build();
        client = new CoapClient();
        client.setEndpoint(endpoint);
        client.setTimeout(15_000L);
    }

    private static Configuration configuration() {
        CoapConfig.register();
        DtlsConfig.register();
        return new Configuration(
                        SystemConfig.DEFINITIONS, UdpConfig.DEFINITIONS, CoapConfig.DEFINITIONS, DtlsConfig.DEFINITIONS)
                .set(CoapConfig.PROTOCOL_STAGE_THREAD_COUNT, 1)
                .set(CoapConfig.MAX_RESOURCE_BODY_SIZE, 1 << 20);
    }

    private static DtlsConnectorConfig.Builder rules() {
        return DtlsConnectorConfig.builder(configuration())
                .setAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .set(DtlsConfig.DTLS_ROLE, DtlsRole.CLIENT_ONLY)
                .set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, 0)
                .set(DtlsConfig.DTLS_RETRANSMISSION_TIMEOUT, 300, TimeUnit.MILLISECONDS)
                .set(DtlsConfig.DTLS_MAX_RETRANSMISSIONS, 1)
                .set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, 1);
    }

    /** With a pre-shared key. */
    public static DtlsClient withKey(String identity, byte[] key) {
        return new DtlsClient(rules().setAdvancedPskStore(new AdvancedSinglePskStore(identity, key))
                .build());
    }

    /** As {@link #withKey}, without the extended master secret. */
    static DtlsClient withoutExtendedSecret(String identity, byte[] key) {
        return new DtlsClient(rules().set(DtlsConfig.DTLS_EXTENDED_MASTER_SECRET_MODE, ExtendedMasterSecretMode.NONE)
                .setAdvancedPskStore(new AdvancedSinglePskStore(identity, key))
                .build());
    }

    /** With a certificate, trusting the servers of an authority. */
    public static DtlsClient withCertificate(TestCertificates.Identity own, X509Certificate authority) {
        return new DtlsClient(rules().setCertificateIdentityProvider(new SingleCertificateProvider(
                        own.key(), new X509Certificate[] {own.certificate()}, CertificateType.X_509))
                .setAdvancedCertificateVerifier(StaticNewAdvancedCertificateVerifier.builder()
                        .setTrustedCertificates(authority)
                        .build())
                .build());
    }

    /** The answer's code, {@code 2.04}; {@code none} where there is none, {@code no session} where there can't be. */
    public String post(int port, String payload) {
        return post(port, payload, CoAP.Type.CON);
    }

    /** The same for either type. */
    public String post(int port, String payload, CoAP.Type type) {
        return post(port, "/v1/telemetry/hall", payload, type);
    }

    /** As {@link #post(int, String)}, the answer to a command. */
    public String answer(int port, String commandId, String body) {
        return post(port, "/v1/commands/" + commandId + "/result", body, CoAP.Type.CON);
    }

    /** Observes the device's commands until this client is closed. */
    public void observe(int port, Consumer<String> bodies) {
        Request request = Request.newGet();
        request.setURI("coaps://127.0.0.1:" + port + "/v1/commands");
        request.setObserve();
        client.observe(request, new CoapHandler() {
            @Override
            public void onLoad(CoapResponse response) {
                bodies.accept(response.getResponseText());
            }

            @Override
            public void onError() {
                bodies.accept("lost");
            }
        });
    }

    private String post(int port, String path, String payload, CoAP.Type type) {
        Request request = Request.newPost();
        request.setType(type);
        request.setURI("coaps://127.0.0.1:" + port + path);
        request.getOptions().setContentFormat(50);
        request.setPayload(payload);
        try {
            @Nullable CoapResponse response = client.advanced(request);
            return response == null ? "none" : response.getCode().text;
        } catch (ConnectorException | IOException e) {
            return "no session";
        }
    }

    @Override
    public void close() {
        client.shutdown();
        endpoint.destroy();
    }
}
