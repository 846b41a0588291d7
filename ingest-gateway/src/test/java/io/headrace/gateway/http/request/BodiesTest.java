package io.headrace.gateway.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.ingest.InMemoryIngest;
import org.junit.jupiter.api.Test;

class BodiesTest {
    private static final DeviceId GREEDY = new DeviceId("greedy");
    private static final DeviceId OTHER = new DeviceId("other");

    private final Bodies bodies = new Bodies(new InMemoryIngest(), 1_000);

    @Test
    void oneDeviceHasSoManyBytesOnTheirWayInAndOthersHaveTheirs() {
        assertThat(bodies.take(GREEDY, 600)).isTrue();
        assertThat(bodies.take(GREEDY, 401)).isFalse();
        assertThat(bodies.take(GREEDY, 400)).isTrue();
        assertThat(bodies.take(OTHER, 1_000)).isTrue();
        assertThat(bodies.bytes()).isEqualTo(2_000);
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        bodies.take(GREEDY, 1_000);
        bodies.give(GREEDY, 1_000);

        assertThat(bodies.take(GREEDY, 1_000)).isTrue();
        bodies.give(GREEDY, 1_000);
        assertThat(bodies.bytes()).isZero();
    }
}
