package io.headrace.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.registry.RegistryUnavailableException;
import io.headrace.registry.SchemaRegistry;
import io.headrace.registry.UnknownSchemaException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

class FailurePolicyTest {
    @Test
    void what_time_heals_is_an_outage_and_everything_else_is_not() {
        // Given // When // Then
        assertThat(FailurePolicy.isOutage(new StreamsException(new TimeoutException("no broker"))))
                .isTrue();
        assertThat(FailurePolicy.isOutage(new StreamsException(new RegistryUnavailableException("no answer"))))
                .isTrue();
        assertThat(FailurePolicy.isOutage(new ProcessorStateException("disk full")))
                .isTrue();
        assertThat(FailurePolicy.isOutage(new StreamsException(new IllegalStateException("bug"))))
                .isFalse();
        assertThat(FailurePolicy.isOutage(new StreamsException(new UnknownSchemaException(7))))
                .isFalse();
        assertThat(FailurePolicy.isOutage(new TopicAuthorizationException("raw")))
                .isFalse();
    }

    @Test
    void what_streams_stumbles_over_behind_a_failed_restore_is_of_the_outage() {
        NullPointerException ofStreams = new NullPointerException("task");
        ofStreams.setStackTrace(new StackTraceElement[] {
            new StackTraceElement(
                    "org.apache.kafka.streams.processor.internals.StoreChangelogReader",
                    "restoreChangelog",
                    "StoreChangelogReader.java",
                    709)
        });

        assertThat(FailurePolicy.isOutage(new StreamsException(ofStreams))).isTrue();
        assertThat(FailurePolicy.isOutage(new StreamsException(new NullPointerException("ours"))))
                .isFalse();
    }

    @Test
    void a_bug_stops_the_application_with_its_reason() {
        // Given
        FailurePolicy policy = new FailurePolicy(new SimpleMeterRegistry());

        // When
        var response = policy.handle(new StreamsException("in task 0_1", new IllegalStateException("bug\nmore")));

        // Then
        assertThat(response).isEqualTo(StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
        assertThat(policy.reason())
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains("IllegalStateException: bug", "in task 0_1")
                        .doesNotContain("\n"));
    }

    @Test
    void a_registry_that_answers_again_in_time_is_waited_for() {
        // Given
        FlakyRegistry flaky = new FlakyRegistry(2);

        // When
        int id = new PatientRegistry(flaky, Duration.ofSeconds(30)).register("s", Schema.create(Schema.Type.INT));

        // Then
        assertThat(id).isEqualTo(1);
        assertThat(flaky.asked).isEqualTo(3);
    }

    @Test
    void a_registry_that_never_answers_is_an_outage_in_the_end() {
        // Given
        PatientRegistry patient = new PatientRegistry(new FlakyRegistry(100), Duration.ofMillis(250));

        // When // Then
        assertThatThrownBy(() -> patient.schema(1)).isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void a_schema_that_nobody_knows_is_not_waited_for() {
        // Given
        FlakyRegistry flaky = new FlakyRegistry(0);
        PatientRegistry patient = new PatientRegistry(flaky, Duration.ofSeconds(30));

        // When // Then
        assertThatThrownBy(() -> patient.schema(1)).isInstanceOf(UnknownSchemaException.class);
        assertThat(flaky.asked).isEqualTo(1);
    }

    /** Out for so many questions; then it registers everything, and knows no schema. */
    private static final class FlakyRegistry implements SchemaRegistry {
        private final int outFor;
        private int asked;

        FlakyRegistry(int outFor) {
            this.outFor = outFor;
        }

        @Override
        public int register(String subject, Schema schema) {
            ask();
            return 1;
        }

        @Override
        public Schema schema(int id) {
            ask();
            throw new UnknownSchemaException(id);
        }

        private void ask() {
            if (asked++ < outFor) {
                throw new RegistryUnavailableException("out");
            }
        }
    }
}
