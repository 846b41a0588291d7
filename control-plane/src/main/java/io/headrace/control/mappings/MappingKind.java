package io.headrace.control.mappings;

import io.headrace.control.definitions.Kind;
import io.headrace.record.Mapping;
import java.time.Instant;

/** How odd payloads are understood. */
public final class MappingKind implements Kind<Mapping, MappingBody> {
    @Override
    public String name() {
        return "mapping";
    }

    @Override
    public Class<MappingBody> body() {
        return MappingBody.class;
    }

    @Override
    public Mapping record(MappingBody body, String id, Instant now) {
        return body.toMapping(id, now);
    }

    @Override
    public MappingBody shown(Mapping mapping) {
        return MappingBody.of(mapping);
    }
}
