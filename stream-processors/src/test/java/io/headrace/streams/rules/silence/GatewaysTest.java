package io.headrace.streams.rules.silence;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.streams.rules.silence.Gateways.Presence;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GatewaysTest {
    private final Gateways gateways = new Gateways();
    private final Silences silences = new Silences();

    private Optional<Presence> heard(long startedAt, long now) {
        gateways.heard("g", startedAt, now);
        return gateways.find("g");
    }

    @Test
    void silenceCountsUpToTheLastThatWasHeardOfTheGateway() {
        silences.listenFrom(0);
        heard(1, 1_000);
        Optional<Presence> gateway = heard(1, 9_000);
        assertThat(silences.note(10_000)).isTrue();

        assertThat(silences.lasting(3_000, gateway)).isEqualTo(6_000);
        assertThat(silences.lasting(3_000)).isEqualTo(7_000);
        assertThat(silences.lasting(3_000, Optional.empty())).isEqualTo(7_000);
    }

    @Test
    void itCountsAnewFromWhenTheGatewayIsBack() {
        silences.listenFrom(0);
        heard(1, 1_000);
        Optional<Presence> back = heard(1, 20_000);
        for (long now = 0; now <= 25_000; now += 1_000) {
            silences.note(now);
        }

        assertThat(back.orElseThrow().since()).isEqualTo(20_000);
        assertThat(silences.lasting(500, back)).isZero();
        assertThat(silences.lasting(500, heard(1, 24_000))).isEqualTo(4_000);
    }

    /** Two of one name, of which one was started later: each heartbeat of the other isn't another start. */
    @Test
    void anOlderRunIsNotAnotherStart() {
        heard(1, 1_000);
        assertThat(heard(2, 2_000).orElseThrow().since()).isEqualTo(2_000);
        heard(1, 3_000);
        assertThat(heard(2, 4_000).orElseThrow().since()).isEqualTo(2_000);
    }

    @Test
    void aGatewayThatWasNeverHeardSaysNothingOfItself() {
        assertThat(gateways.find("other")).isEmpty();
    }

    @Test
    void whoStoodStillHasNotListened() {
        silences.listenFrom(0);
        silences.note(5_000);
        assertThat(silences.lasting(0)).isEqualTo(5_000);

        silences.note(60_000);
        silences.note(61_000);

        assertThat(silences.lasting(0)).isEqualTo(1_000);
    }
}
