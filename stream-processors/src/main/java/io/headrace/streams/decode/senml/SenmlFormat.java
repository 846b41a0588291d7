package io.headrace.streams.decode.senml;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Content;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Format;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.SampleBuilder;
import io.headrace.streams.decode.json.Tokens;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * SenML packs (RFC 8428), in JSON or CBOR: records are resolved against the base fields before them (4.6), times before
 * 2^28 seconds are relative to now (4.5.3). Records of one time become one sample, in the order of their first; the
 * resolved name is the metric, {@code <name>.sum} for a sum.
 */
public final class SenmlFormat implements Format {
    private final Tokens tokens;
    private final Limits limits;

    public SenmlFormat(Tokens tokens, Limits limits) {
        this.tokens = tokens;
        this.limits = limits;
    }

    @Override
    public Decoded.Samples read(Content content) throws Rejection {
        Map<Optional<Instant>, SampleBuilder> byTime =
                tokens.parse(content.bytes(), parser -> readPack(parser, content.receivedAt()));
        if (byTime.isEmpty()) {
            throw new Rejection(Reason.NO_NUMERIC_VALUE, "a pack without a value");
        }
        List<Sample> samples = new ArrayList<>(byTime.size());
        for (SampleBuilder sample : byTime.values()) {
            samples.add(sample.build());
        }
        return Decoded.Samples.of(samples);
    }

    private Map<Optional<Instant>, SampleBuilder> readPack(JsonParser parser, Instant now)
            throws Rejection, IOException {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw new Rejection(Reason.MALFORMED_SENML, "a pack must be an array of records");
        }
        Map<Optional<Instant>, SampleBuilder> byTime = new LinkedHashMap<>();
        SenmlBase base = SenmlBase.NONE;
        for (int records = 0; tokens.next(parser) != JsonToken.END_ARRAY; records++) {
            if (records == limits.readings()) {
                throw new Rejection(
                        Reason.TOO_MANY_VALUES, "more than " + limits.readings() + " records in one message");
            }
            SenmlFields fields = SenmlFields.read(tokens, parser, limits);
            base = base.updatedBy(fields);
            if (base.hasValue(fields)) {
                add(byTime, base, fields, now);
            }
        }
        return byTime;
    }

    private void add(Map<Optional<Instant>, SampleBuilder> byTime, SenmlBase base, SenmlFields fields, Instant now)
            throws Rejection {
        Optional<Instant> time = base.time(fields, now);
        SampleBuilder sample = byTime.get(time);
        if (sample == null) {
            sample = new SampleBuilder(limits);
            if (time.isPresent()) {
                sample.time(time.get());
            }
            byTime.put(time, sample);
        }
        base.addValues(fields, sample);
    }
}
