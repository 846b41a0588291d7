package io.headrace.gateway;

import static io.headrace.gateway.identity.TestDevices.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every client stack on every listener that it speaks to, on one gateway: the bytes and the facts that arrive. */
class InteropMatrixIT {
    private static final String PAYLOAD = "{\"temperature\":21.5}";

    @TempDir
    Path folder;

    @Test
    void everyStackIsStoredWithItsBytesAndItsFacts() throws Exception {
        TestCertificates certificates = new TestCertificates();
        Map<String, String> cells = new LinkedHashMap<>();
        List<String> sent = new ArrayList<>();
        try (TestHub hub = new TestHub(folder.resolve("kafka"))) {
            hub.registerAll(devices());
            try (WholeGateway gateway = new WholeGateway(folder, hub, certificates, Map.of())) {
                for (Stack stack : Stack.values()) {
                    for (boolean isTls : new boolean[] {false, true}) {
                        String device = device(stack, isTls);
                        if (!stack.isInstalled()) {
                            cells.put(device, "not installed");
                        } else if (isTls && !stack.speaksTls()) {
                            cells.put(device, "-");
                        } else {
                            int port = gateway.port(stack.listener() + (isTls ? "s" : ""));
                            stack.send(target(port, isTls, device, certificates), PAYLOAD);
                            sent.add(device);
                            cells.put(device, "stored");
                        }
                    }
                }
            }
            print(cells);
            assertThat(sent).as("client stacks that are installed").hasSizeGreaterThan(8);
            assertThat(hub.raw())
                    .hasSameSizeAs(sent)
                    .allSatisfy(record -> assertFacts(record, stack(record.key())))
                    .extracting(ConsumerRecord::key)
                    .containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    private static void assertFacts(ConsumerRecord<String, byte[]> record, Stack stack) {
        assertThat(TestHub.text(record)).as(record.key()).isEqualTo(PAYLOAD);
        assertThat(Headers.find(record.headers(), Headers.PROTOCOL))
                .as(record.key())
                .contains(stack.protocol());
        assertThat(Headers.find(record.headers(), Headers.GATEWAY)).isPresent();
        if (stack.listener().equals("http")) {
            assertThat(Headers.find(record.headers(), Headers.CONTENT_TYPE)).contains("application/json");
        }
        record.headers().forEach(header -> assertThat(header.key()).startsWith("hr-"));
    }

    private ForeignClient.Target target(int port, boolean isTls, String device, TestCertificates certificates)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificates.authority());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return new ForeignClient.Target(port, isTls, device, KEY, folder.resolve("ca.pem"), trust);
    }

    private static List<String> devices() {
        List<String> devices = new ArrayList<>();
        for (Stack stack : Stack.values()) {
            devices.add(device(stack, false));
            devices.add(device(stack, true));
        }
        return devices;
    }

    private static String device(Stack stack, boolean isTls) {
        return stack.name() + (isTls ? ".tls" : ".plain");
    }

    private static Stack stack(String device) {
        return Stack.valueOf(device.substring(0, device.indexOf('.')));
    }

    private static void print(Map<String, String> cells) {
        System.out.printf("%-16s %-12s %-14s %-14s%n", "stack", "protocol", "plain", "TLS");
        for (Stack stack : Stack.values()) {
            System.out.printf(
                    "%-16s %-12s %-14s %-14s%n",
                    stack.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                    stack.protocol(),
                    cells.get(device(stack, false)),
                    cells.get(device(stack, true)));
        }
    }
}
