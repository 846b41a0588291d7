package io.headrace.control.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Readings as lines of JSON. A double has a point or an exponent, a whole number has none, so that whoever reads them has
 * the same types again; of a double that JSON can't spell the name is in an object of its own.
 */
final class ReadingLines {
    private final OutputStream out;
    private final JsonGenerator json;
    private long readings;

    ReadingLines(OutputStream out) throws IOException {
        this.out = out;
        this.json = new JsonFactory()
                .createGenerator(out)
                .setRootValueSeparator(null)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    }

    /** @param since from when on everything is there that was received; empty for from the beginning */
    void begin(Optional<Instant> since) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("history");
        if (since.isPresent()) {
            json.writeStringField("since", since.get().toString());
        }
        json.writeEndObject();
        end();
    }

    void reading(Reading reading) throws IOException {
        readings++;
        Origin origin = reading.getOrigin();
        json.writeStartObject();
        json.writeStringField("device", reading.getDeviceId());
        json.writeStringField("observedAt", reading.getObservedAt().toString());
        json.writeStringField("receivedAt", reading.getReceivedAt().toString());
        json.writeStringField("clock", reading.getClock().name().toLowerCase(Locale.ROOT));
        text("deviceTime", reading.getDeviceTime());
        json.writeNumberField("partition", origin.getPartition());
        json.writeNumberField("offset", origin.getOffset());
        json.writeNumberField("index", origin.getIndex());
        text("channel", reading.getChannel());
        text("messageId", reading.getMessageId());
        if (reading.getSequence() != null) {
            json.writeNumberField("sequence", reading.getSequence());
        }
        json.writeObjectFieldStart("values");
        for (Map.Entry<String, Object> each : reading.getValues().entrySet()) {
            json.writeFieldName(each.getKey());
            value(each.getValue());
        }
        json.writeEndObject();
        json.writeObjectFieldStart("tags");
        for (Map.Entry<String, String> each : reading.getTags().entrySet()) {
            json.writeStringField(each.getKey(), each.getValue());
        }
        json.writeEndObject();
        end();
    }

    private void text(String name, @Nullable Object value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value.toString());
        }
    }

    private void value(Object value) throws IOException {
        switch (value) {
            case Double number when Double.isFinite(number) -> json.writeNumber(number);
            case Double number -> {
                json.writeStartObject();
                json.writeStringField("double", number.toString());
                json.writeEndObject();
            }
            case Long number -> json.writeNumber(number);
            case Boolean flag -> json.writeBoolean(flag);
            default -> json.writeString(value.toString());
        }
    }

    /** That nothing is missing: without this line the answer isn't whole. */
    void whole() throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("end");
        json.writeNumberField("readings", readings);
        json.writeEndObject();
        end();
        flush();
    }

    /** In place of what is missing. */
    void failed(int status, String detail) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("error");
        json.writeNumberField("status", status);
        json.writeStringField("detail", detail);
        json.writeEndObject();
        end();
        flush();
    }

    private void end() throws IOException {
        json.writeEndObject();
        json.writeRaw('\n');
    }

    void flush() throws IOException {
        json.flush();
        out.flush();
    }
}
