package io.headrace.streams.mapping;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import com.google.protobuf.NullValue;
import io.headrace.catalogue.Reason;
import io.headrace.streams.decode.Content;
import io.headrace.streams.decode.Decoded;
import io.headrace.streams.decode.Format;
import io.headrace.streams.decode.Limits;
import io.headrace.streams.decode.Rejection;
import io.headrace.streams.decode.Sample;
import io.headrace.streams.decode.json.PlainFormat;
import io.headrace.streams.decode.json.Tokens;
import io.headrace.streams.decode.json.Tree;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Decodes what one mapping makes of a payload. What the payload itself is refused for has its usual reason. */
final class MappedFormat implements Format {
    private final CompiledMapping mapping;
    private final Map<String, String> tags;
    private final Limits limits;

    /** @param tags of the device */
    MappedFormat(CompiledMapping mapping, Map<String, String> tags, Limits limits) {
        this.mapping = mapping;
        this.tags = tags;
        this.limits = limits;
    }

    @Override
    public Decoded.Samples read(Content content) throws Rejection {
        MappingExpression expression = mapping.expression();
        if (expression == null) {
            throw failed("it can't be used, " + mapping.problem());
        }
        Tokens tokens = content.type().essence().endsWith("cbor") ? Tokens.CBOR : Tokens.JSON;
        Map<String, Object> variables = Map.of(
                "payload",
                new Tree(tokens, limits, NullValue.NULL_VALUE).read(content.bytes()),
                "tags",
                tags,
                "device_id",
                content.sender().device(),
                "topic",
                content.sender().topic().orElse(""),
                "received_at",
                content.receivedAt().toEpochMilli());
        try {
            return Decoded.Samples.of(samples(expression.apply(variables)));
        } catch (MappingExpression.FailedException failure) {
            throw failed(String.valueOf(failure.getMessage()));
        } catch (Rejection ofWhatItMade) {
            throw failed(ofWhatItMade.detail());
        }
    }

    private List<Sample> samples(Object made) throws MappingExpression.FailedException, Rejection {
        try (TokenBuffer buffer = new TokenBuffer(null, false)) {
            new MadeValue(buffer).write(made);
            try (JsonParser parser = buffer.asParser()) {
                return new PlainFormat(Tokens.JSON, limits).readFrom(parser);
            }
        } catch (IOException impossible) {
            throw new IllegalStateException("a buffer in memory failed", impossible);
        }
    }

    private Rejection failed(String detail) {
        return new Rejection(Reason.MAPPING_FAILED, "mapping " + mapping.id() + ": " + detail);
    }
}
