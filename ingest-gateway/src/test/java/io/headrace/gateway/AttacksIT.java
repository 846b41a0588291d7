package io.headrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each attack on a whole gateway while neighbours go on publishing: it is answered in its protocol's own words, counted,
 * leaves no trace in the log and nothing in memory, and the neighbours don't notice.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttacksIT {
    private TestHub hub;
    private WholeGateway gateway;
    private Neighbours neighbours;
    private Traces traces;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        hub = new TestHub(folder.resolve("kafka"));
        Neighbours.register(hub);
        hub.registerAll(List.of(Attack.DEVICE, Attack.TWIN));
        Map<String, String> settings = new HashMap<>();
        settings.put("gateway.mqtt.connect-timeout", "2s");
        settings.put("gateway.amqp.open-timeout", "2s");
        settings.put("gateway.http.head-timeout", "2s");
        settings.put("gateway.http.body-timeout", "2s");
        settings.put("gateway.ingest.budget", "8MiB");
        gateway = new WholeGateway(folder, hub, new TestCertificates(), settings);
        traces = new Traces();
        neighbours = Neighbours.start(gateway.port("mqtt"), gateway.port("http"));
    }

    @AfterAll
    void stop() {
        neighbours.close();
        gateway.close();
        traces.close();
        hub.close();
    }

    static Stream<Attack> attacks() {
        return Stream.of(MqttAttack.values(), HttpAttack.values(), AmqpAttack.values())
                .flatMap(Arrays::stream);
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void isAnsweredCountedAndHarmsNobody(Attack attack) throws Exception {
        // Given
        double before = gateway.meter(attack.counter(), attack.tag());
        traces.forget();
        neighbours.forget();

        // When
        attack.on(gateway::port);

        // Then
        await().atMost(Duration.ofSeconds(20))
                .until(() -> gateway.meter(attack.counter(), attack.tag()) > before
                        && gateway.meter("headrace.listen.connections", "") <= neighbours.connections());
        neighbours.assertUnharmed();
        assertThat(traces.complaints()).isEmpty();
        assertThat(traces.lines()).noneMatch(line -> line.contains("jndi") || line.contains("forged"));
    }

    @Test
    void theBudgetIsGivenBackToTheLastByte() throws Exception {
        HttpAttack.BODIES_THAT_STAND_STILL.on(gateway::port);
        MqttAttack.PACKETS_ANNOUNCED_AND_NOT_SENT.on(gateway::port);

        // The neighbours' own messages come and go; between two of them there is nothing.
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(() -> gateway.meter("headrace.ingest.in.flight.bytes", "") == 0);
    }
}
