package io.headrace.streams.rules.course;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.condition.WindowUse;
import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.Severity;
import io.headrace.streams.rules.check.Sight;
import io.headrace.streams.rules.check.Verdict;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class MemoryFormatTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final List<Verdict> VERDICTS =
            List.of(Verdict.HOLDS, Verdict.HOLDS, Verdict.BETWEEN, Verdict.NOTHING, Verdict.CLEARS);
    private static final WindowUse MEAN = new WindowUse("5m", 300_000_000, "temperature", WindowUse.Function.MEAN);

    private final Catalogue catalogue = new Catalogue("", Sizing.STANDALONE);
    private final MemoryFormat format =
            new MemoryFormat(new TopicSerdes(new InMemorySchemaRegistry()).of(catalogue.alerts()), "telemetry.alerts");

    @Test
    void whatIsStoredGoesOnAsIfItHadNeverBeen() {
        // Given
        DeviceMemory kept = new DeviceMemory();
        DeviceMemory stored = new DeviceMemory();
        kept.keepWindows(List.of(MEAN));
        stored.keepWindows(List.of(MEAN));
        Random random = new Random(3);

        for (int i = 0; i < 500; i++) {
            // When
            stored = format.read(format.write(stored));
            Reading reading = reading(i, random.nextDouble());
            long at = Sight.micros(reading.getObservedAt());
            Verdict verdict = VERDICTS.get(random.nextInt(VERDICTS.size()));
            Step step = step(kept, reading, verdict);

            // Then
            assertThat(step(stored, reading, verdict)).isEqualTo(step);
            assertThat(stored.window(MEAN, at)).isEqualTo(kept.window(MEAN, at));
            assertThat(stored.evidence(List.of("temperature"))).isEqualTo(kept.evidence(List.of("temperature")));
            assertThat(stored.course("hot").memory).isEqualTo(kept.course("hot").memory);
            assertThat(stored.course("hot").isRaised())
                    .isEqualTo(kept.course("hot").isRaised());
            if (kept.course("hot").isRaised()) {
                assertThat(stored.course("hot").standing).isEqualTo(kept.course("hot").standing);
            }
            assertThat(stored.tags()).isEqualTo(kept.tags());
            assertThat(stored.originText()).isEqualTo("3:" + i);
            assertThat(stored.gateway()).isEqualTo("gateway-1");
            assertThat(MemoryFormat.receivedAt(format.write(stored))).isEqualTo(kept.receivedAt());
        }
    }

    private static Step step(DeviceMemory memory, Reading reading, Verdict verdict) {
        long at = Sight.micros(reading.getObservedAt());
        memory.spoke(reading, at, "3:" + reading.getOrigin().getOffset());
        memory.cameThrough("gateway-1");
        memory.learn(new Sight(reading, use -> memory.window(use, at)), List.of("temperature"));
        Course course = memory.course("hot");
        course.memory = new double[] {at, -0.0};
        Step step = course.plus(verdict, at, true, new Terms(2_000_000, 3));
        if (step == Step.RAISED) {
            course.stands(alert(at));
        }
        return step;
    }

    private static Alert alert(long at) {
        return Alert.newBuilder()
                .setId("hot/boiler/" + at)
                .setDeviceId("boiler")
                .setRuleId("hot")
                .setSeverity(Severity.WARNING)
                .setState(AlertState.RAISED)
                .setRaisedAt(Sight.instant(at))
                .setReceivedAt(START)
                .setMessage("hot")
                .setOrigin(new Origin(0, 0L, 0))
                .build();
    }

    private static Reading reading(int second, double value) {
        return Reading.newBuilder()
                .setDeviceId("boiler")
                .setObservedAt(START.plusSeconds(second))
                .setReceivedAt(START.plusSeconds(second))
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(3, (long) second, 0))
                .setValues(Map.of("temperature", value))
                .setTags(Map.of("site", second < 100 ? "north" : "south"))
                .build();
    }

    @Test
    void theFirstVersionIsTakenOver() {
        // Given: 18 bytes: version, stage raised, since, seen at
        byte[] raised = ByteBuffer.allocate(18)
                .put((byte) 1)
                .put((byte) 2)
                .putLong(1_000)
                .putLong(2_000)
                .array();

        // When
        DeviceMemory memory = new DeviceMemory();
        MemoryFormat.addEarlier(memory, "hot", raised);

        // Then
        Course course = memory.course("hot");
        assertThat(course.isRaised()).isTrue();
        assertThat(course.since()).isEqualTo(1_000);
        assertThat(course.isPast(1_999)).isTrue();
        assertThat(course.plus(Verdict.CLEARS, 2_000, true, new Terms(0, 0))).isEqualTo(Step.CLEARED);
    }

    /** Version 2 had no gateway: two bytes less, behind version, two times and the origin. */
    @Test
    void theSecondVersionIsTakenOver() {
        // Given
        DeviceMemory memory = new DeviceMemory();
        memory.spoke(reading(1, 20), 1, "3:1");
        byte[] third = format.write(memory);
        int gateway = 17 + 2 + "3:1".length();
        byte[] second = ByteBuffer.allocate(third.length - 2)
                .put(third, 0, gateway)
                .put(third, gateway + 2, third.length - gateway - 2)
                .array();
        second[0] = 2;

        // When
        DeviceMemory read = format.read(second);

        // Then
        assertThat(read.gateway()).isEmpty();
        assertThat(read.originText()).isEqualTo("3:1");
        assertThat(read.tags()).isEqualTo(Map.of("site", "north"));
        assertThat(format.write(read)).isEqualTo(third);
    }

    @Test
    void whatNoVersionWroteIsRefused() {
        byte[] written = format.write(new DeviceMemory());
        written[0] = 9;

        assertThatThrownBy(() -> format.read(written)).isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> format.read(new byte[] {2, 0, 0})).isInstanceOf(SerializationException.class);
    }
}
