package io.headrace.gateway.http.request;

import io.headrace.catalogue.Headers;
import io.headrace.gateway.edge.TraceContext;
import io.headrace.gateway.ingest.Message.Fact;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request's headers say of its messages, as facts. Only what is listed here gets through: a device can't write
 * an {@code hr-} header of its own.
 */
final class MessageHeaders {
    private static final String PROPERTY = "x-property-";
    private static final Pattern WHOLE = Pattern.compile("\\d{1,15}");
    private static final Pattern MEDIA_TYPE = Pattern.compile("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+\\s*(;.*)?");
    private static final long MAX_EXPIRY_SECONDS = 315_360_000;

    private final HttpHeaders headers;
    private final List<Fact> facts = new ArrayList<>();
    private BodyFormat format = BodyFormat.WHOLE;
    private ContentCoding coding = ContentCoding.IDENTITY;
    private @Nullable HttpProblem problem;

    MessageHeaders(HttpHeaders headers, String channel, long receivedAt) {
        this.headers = headers;
        facts.add(new Fact(Headers.PROTOCOL, "http"));
        if (!channel.isEmpty()) {
            facts.add(new Fact(Headers.CHANNEL, channel));
        }
        contentType();
        contentEncoding();
        find("Correlation-Id", 256).ifPresent(id -> facts.add(new Fact(Headers.CORRELATION_ID, id)));
        number("Device-Time", Long.MAX_VALUE)
                .ifPresent(time -> facts.add(new Fact(Headers.DEVICE_TIME, Long.toString(time))));
        number("Expires-In", MAX_EXPIRY_SECONDS)
                .ifPresent(
                        seconds -> facts.add(new Fact(Headers.EXPIRES_AT, Long.toString(receivedAt + seconds * 1000))));
        facts.addAll(TraceContext.facts(headers.getAll(Headers.TRACEPARENT), headers.getAll(Headers.TRACESTATE)));
        properties();
    }

    /** What is wrong with them; empty where nothing is. */
    Optional<HttpProblem> problem() {
        return Optional.ofNullable(problem);
    }

    List<Fact> facts() {
        return List.copyOf(facts);
    }

    BodyFormat format() {
        return format;
    }

    ContentCoding coding() {
        return coding;
    }

    Optional<String> messageId() {
        return find("Message-Id", 128);
    }

    private void contentType() {
        find(HttpHeaderNames.CONTENT_TYPE.toString(), 256).ifPresent(type -> {
            if (!MEDIA_TYPE.matcher(type).matches()) {
                refuse(HttpProblem.of(
                        HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Type must be a media type such as application/json"));
            } else if (BodyFormat.isForm(type)) {
                refuse(HttpProblem.of(
                        HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                        "a form is no telemetry: set Content-Type, to application/json for example"));
            }
            format = BodyFormat.of(type);
            facts.add(new Fact(Headers.CONTENT_TYPE, type));
        });
    }

    /** Told to those behind Kafka only where the body isn't inflated here. */
    private void contentEncoding() {
        Optional<String> value = find(HttpHeaderNames.CONTENT_ENCODING.toString(), 256);
        if (value.isEmpty()) {
            return;
        }
        Optional<ContentCoding> known = ContentCoding.of(value.get());
        if (known.isEmpty()) {
            refuse(new HttpProblem(
                    HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Encoding must be one of identity, gzip, deflate, zstd",
                    Map.of("accept-encoding", "gzip, deflate, zstd")));
            return;
        }
        coding = known.get();
        if (coding != ContentCoding.IDENTITY && format == BodyFormat.WHOLE) {
            facts.add(new Fact(Headers.CONTENT_ENCODING, coding.token()));
        }
    }

    private void properties() {
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(PROPERTY) && name.length() > PROPERTY.length()) {
                facts.add(
                        new Fact(Headers.PROPERTY_PREFIX + name.substring(PROPERTY.length()), utf8(header.getValue())));
            }
        }
    }

    private Optional<Long> number(String name, long max) {
        Optional<String> text = find(name, 64);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (WHOLE.matcher(text.get()).matches()) {
            long value = Long.parseLong(text.get());
            if (value <= max) {
                return Optional.of(value);
            }
        }
        refuse(HttpProblem.badRequest(name + " must be a whole number of at most 15 digits in its range"));
        return Optional.empty();
    }

    private Optional<String> find(String name, int maxLength) {
        List<String> values = headers.getAll(name);
        if (values.isEmpty() || values.getFirst().isEmpty()) {
            return Optional.empty();
        }
        if (values.size() > 1 || values.getFirst().length() > maxLength) {
            refuse(HttpProblem.badRequest(name + " must be there once, with at most " + maxLength + " characters"));
            return Optional.empty();
        }
        return Optional.of(utf8(values.getFirst()));
    }

    private void refuse(HttpProblem why) {
        if (problem == null) {
            problem = why;
        }
    }

    /** Netty reads headers as Latin-1; clients write UTF-8 when they write anything but ASCII. Controls become spaces. */
    private static String utf8(String latin) {
        boolean isPlain = latin.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        if (isPlain) {
            return latin;
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(latin.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            text = latin;
        }
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
