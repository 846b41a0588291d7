package io.headrace.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.TestHub;
import io.headrace.gateway.identity.Remote;
import io.headrace.record.DeviceEvent;
import io.headrace.record.DeviceEventType;
import io.headrace.registry.RegistryUnavailableException;
import io.headrace.registry.SchemaRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaDeviceEventsIT {
    private static final Remote REMOTE = new Remote("mqtt/5", new InetSocketAddress("192.0.2.1", 4711));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private TestHub hub;

    @BeforeAll
    void startHub(@TempDir Path folder) {
        hub = new TestHub(folder);
    }

    @AfterAll
    void stopHub() {
        hub.close();
    }

    private double count(String name) {
        return meters.get(name).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private List<DeviceEvent> eventsOf(String device) {
        return hub.events().stream()
                .filter(event -> event.getDeviceId().equals(device))
                .toList();
    }

    @Test
    void aConnectionsLifeIsToldInItsOrder() {
        // Given
        Instant before = Instant.now().truncatedTo(ChronoUnit.MICROS);

        // When
        try (KafkaDeviceEvents events =
                KafkaDeviceEvents.start(hub.kafka(), hub.schemas, new EventsConfig(100, 10), "gw-1", meters)) {
            events.connected(new DeviceId("lively"), REMOTE);
            events.disconnected(new DeviceId("lively"), REMOTE, "keep alive exceeded");
        }

        // Then
        List<DeviceEvent> told = eventsOf("lively");
        assertThat(told)
                .extracting(DeviceEvent::getType)
                .containsExactly(DeviceEventType.CONNECTED, DeviceEventType.DISCONNECTED);
        assertThat(told.getLast().getReason()).isEqualTo("keep alive exceeded");
        assertThat(told).allSatisfy(event -> {
            assertThat(event.getGateway()).isEqualTo("gw-1");
            assertThat(event.getProtocol()).isEqualTo("mqtt/5");
            assertThat(event.getRemote()).isEqualTo("192.0.2.1:4711");
            assertThat(event.getAt()).isBetween(before, Instant.now());
        });
    }

    @Test
    void anEventThatFailsForABugIsCountedAndTheNextIsWritten() {
        // Given
        AtomicBoolean isBroken = new AtomicBoolean(true);
        SchemaRegistry broken = new SchemaRegistry() {
            @Override
            public int register(String subject, Schema schema) {
                if (isBroken.getAndSet(false)) {
                    throw new IllegalStateException("a bug");
                }
                return hub.schemas.register(subject, schema);
            }

            @Override
            public Schema schema(int id) {
                return hub.schemas.schema(id);
            }
        };
        SimpleMeterRegistry own = new SimpleMeterRegistry();

        // When
        try (KafkaDeviceEvents events =
                KafkaDeviceEvents.start(hub.kafka(), broken, new EventsConfig(100, 10), "gw-1", own)) {
            events.connected(new DeviceId("unlucky"), REMOTE);
            events.connected(new DeviceId("lucky"), REMOTE);
        }

        // Then
        assertThat(eventsOf("unlucky")).isEmpty();
        assertThat(eventsOf("lucky")).hasSize(1);
        assertThat(own.get("headrace.events.lost")
                        .tag("why", "not-stored")
                        .counter()
                        .count())
                .isOne();
    }

    @Test
    void eventsWaitForTheRegistryAndTheQueueIsBounded() {
        // Given a schema registry that is away
        AtomicBoolean isAway = new AtomicBoolean(true);
        SchemaRegistry flaky = new SchemaRegistry() {
            @Override
            public int register(String subject, Schema schema) {
                if (isAway.get()) {
                    throw new RegistryUnavailableException("away");
                }
                return hub.schemas.register(subject, schema);
            }

            @Override
            public Schema schema(int id) {
                return hub.schemas.schema(id);
            }
        };
        try (KafkaDeviceEvents events =
                KafkaDeviceEvents.start(hub.kafka(), flaky, new EventsConfig(10, 10), "gw-1", meters)) {
            // When
            for (int i = 0; i < 100; i++) {
                events.connected(new DeviceId("many"), REMOTE);
            }
            double lost = count("headrace.events.lost");
            isAway.set(false);

            // Then
            assertThat(lost).isBetween(89.0, 90.0);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(eventsOf("many")).hasSize((int) (100 - lost)));
        }
    }
}
