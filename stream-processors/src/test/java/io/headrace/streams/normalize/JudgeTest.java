package io.headrace.streams.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Outcome;
import io.headrace.catalogue.Reason;
import io.headrace.catalogue.Sizing;
import io.headrace.registry.RegistryUnavailableException;
import io.headrace.registry.SchemaRegistry;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Memory;
import io.headrace.streams.mapping.Mappings;
import io.headrace.streams.registered.DeviceFacts;
import io.headrace.testing.InMemorySchemaRegistry;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final byte[] FRAMED = {0, 0, 0, 0, 9, 1};

    /** Whoever processes the message then waits: see {@code PatientRegistry} and {@code FailurePolicy}. */
    @Test
    void a_registry_that_does_not_answer_is_no_fault_of_the_message() {
        // Given
        SchemaRegistry out = new SchemaRegistry() {
            @Override
            public int register(String subject, Schema schema) {
                throw new RegistryUnavailableException("no answer");
            }

            @Override
            public Schema schema(int id) {
                throw new RegistryUnavailableException("no answer");
            }
        };

        // When // Then
        assertThatThrownBy(() -> verdict(out, FRAMED)).isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void a_schema_that_the_registry_does_not_know_is() {
        assertThat(verdict(new InMemorySchemaRegistry(), FRAMED))
                .isEqualTo(new Verdict.SetAside(
                        Outcome.DEAD_LETTERED, Reason.UNKNOWN_SCHEMA, "the registry knows no schema 9"));
    }

    private static Verdict verdict(SchemaRegistry registry, byte[] payload) {
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.CONTENT_TYPE, "application/avro");
        RawMessage message = RawHeaders.message(headers, "d1", payload, Arrival.first(0, 0, 1_750_000_000_000L));
        return new Judge(NormalizeConfig.DEFAULT, registry, outcome -> {}).judge("d1", message, new Plain());
    }

    private static final class Plain implements Judge.Knowledge {
        @Override
        public DeviceFacts device(String id) {
            return DeviceFacts.UNKNOWN;
        }

        @Override
        public boolean isExpired(RawMessage message) {
            return false;
        }

        @Override
        public boolean isErased(RawMessage message) {
            return false;
        }

        @Override
        public boolean isDuplicate(RawMessage message) {
            return false;
        }

        @Override
        public Memory memory(String id) {
            return Memory.NONE;
        }

        @Override
        public boolean isReplay() {
            return false;
        }

        @Override
        public Mappings mappings() {
            return new Mappings(
                    new Catalogue("", Sizing.STANDALONE).mappings(), new InMemorySchemaRegistry(), Limits.DEFAULT);
        }
    }
}
