package io.headrace.control.anomalies;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.TrustedRecords;
import io.headrace.record.Anomaly;
import io.headrace.record.AnomalyState;
import io.headrace.record.Origin;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AnomaliesTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    static {
        TrustedRecords.trust(Anomaly.class);
    }

    private final Anomalies anomalies = new Anomalies(2);

    private static Anomaly.Builder anomaly(int number) {
        return Anomaly.newBuilder()
                .setId("d/t/0:" + number)
                .setState(AnomalyState.OPEN)
                .setDeviceId("d")
                .setMetric("t")
                .setStart(NOON)
                .setReceivedAt(NOON)
                .setDetector("habit")
                .setScore(1)
                .setValue(number)
                .setReason("odd")
                .setOrigin(new Origin(0, (long) number, 0));
    }

    @Test
    void theyAreToldOnceNewestFirstInTheirNewestStateAndCountedWhenForgotten() {
        // When
        anomalies.plus(anomaly(0).build());
        anomalies.plus(anomaly(1).build());
        anomalies.plus(anomaly(1).setRevision(1).setState(AnomalyState.CLOSED).build());
        anomalies.plus(anomaly(2).build());

        // Then
        assertThat(anomalies.newest(any -> true, 10)).extracting(Anomaly::getId).containsExactly("d/t/0:2", "d/t/0:0");
        assertThat(anomalies.newest(any -> true, 1)).hasSize(1);
        assertThat(anomalies.begun()).isEqualTo(3);
    }

    @Test
    void whereAllAreOpenTheOldestIsForgotten() {
        for (int i = 0; i < 3; i++) {
            anomalies.plus(anomaly(i).build());
        }

        assertThat(anomalies.find("d/t/0:0")).isEmpty();
        assertThat(anomalies.find("d/t/0:1")).isPresent();
    }

    @Test
    void oneFromBeforeTheyHadIdsIsFoundByWhatItsIdWouldBe() {
        Anomaly kept = anomalies.plus(
                anomaly(7).setId("").setOrigin(new Origin(3, 7L, 2)).build());

        assertThat(kept.getId()).isEqualTo("d/t/3:7#2");
        assertThat(anomalies.find("d/t/3:7#2")).isPresent();
    }
}
