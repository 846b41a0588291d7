package io.headrace.gateway.http.request;

import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.identity.Credentials;
import io.headrace.gateway.identity.Remote;
import io.headrace.gateway.identity.Verdict;
import io.headrace.gateway.ingest.Message.Fact;
import io.headrace.gateway.listen.PeerCertificates;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides from a request's head alone, before its body is read, whether the body is wanted. */
public final class Admission {
    /** What is decided. */
    public sealed interface Decision {}

    /** The body is wanted. */
    public sealed interface Wanted extends Decision {
        /** Whose request it is. */
        Verdict.Accepted device();
    }

    /**
     * There are messages in it.
     *
     * @param facts of every message in it, but for the message id
     * @param messageId as the device gave it
     * @param format how the body is split
     * @param coding how the body is compressed
     * @param receivedAt epoch milliseconds
     */
    public record Admitted(
            Verdict.Accepted device,
            List<Fact> facts,
            Optional<String> messageId,
            BodyFormat format,
            ContentCoding coding,
            long receivedAt)
            implements Wanted {

        /** Whether the body is to be inflated here: what may be several messages is, for each of them stands alone. */
        boolean inflated() {
            return coding != ContentCoding.IDENTITY && format != BodyFormat.WHOLE;
        }
    }

    /**
     * There is none: commands are asked for.
     *
     * @param patience how long, where there are none
     * @param after id of the last one that the device has; empty for none
     */
    public record Poll(Verdict.Accepted device, Duration patience, String after) implements Wanted {}

    /**
     * It answers a command.
     *
     * @param outcome whether the command succeeded; empty where the body is to say so
     * @param contentType as the device gave it; empty for none
     */
    public record Report(Verdict.Accepted device, String commandId, Optional<Boolean> outcome, String contentType)
            implements Wanted {}

    /**
     * It isn't wanted.
     *
     * @param why to answer
     */
    public record Refused(HttpProblem why) implements Decision {}

    /** As in {@code hr-protocol}. */
    static final String PROTOCOL = "http";

    private final Ports ports;
    private final Limits limits;

    Admission(Ports ports, Limits limits) {
        this.ports = ports;
        this.limits = limits;
    }

    Decision decide(Channel channel, HttpRequest request) {
        Optional<HttpProblem> malformed = malformed(request);
        if (malformed.isPresent()) {
            return new Refused(malformed.get());
        }
        Optional<CommandPath> command;
        try {
            command = CommandPath.parse(request.uri());
        } catch (IllegalArgumentException wrong) {
            return new Refused(HttpProblem.badRequest(String.valueOf(wrong.getMessage())));
        }
        Optional<HttpProblem> fault = command.map(path -> misrouted(path, request))
                .orElseGet(() -> misrouted(request).or(this::withoutRoom));
        if (fault.isPresent()) {
            return new Refused(fault.get());
        }
        Remote remote = Remote.of("http", channel.remoteAddress());
        Optional<Verdict> verdict = credentials(channel, request.headers())
                .map(credentials -> ports.identities().authenticate(credentials, remote));
        return switch (verdict.orElseGet(() -> new Verdict.Rejected(Verdict.Refusal.BAD_CREDENTIALS))) {
            case Verdict.Accepted device ->
                command.map(path -> admit(device, path, request)).orElseGet(() -> admit(device, request));
            case Verdict.Rejected rejected -> new Refused(refusal(rejected.why()));
        };
    }

    private static HttpProblem refusal(Verdict.Refusal why) {
        return switch (why) {
            case BAD_CREDENTIALS -> HttpProblem.unauthorized();
            case THROTTLED -> HttpProblem.tooMany("too many wrong credentials lately, try again later");
            case NOT_ENABLED -> HttpProblem.of(HttpResponseStatus.FORBIDDEN, "the device is not enabled");
        };
    }

    private Decision admit(Verdict.Accepted device, CommandPath path, HttpRequest request) {
        HttpHeaders headers = request.headers();
        Optional<HttpProblem> fault = expectation(headers);
        return switch (path) {
            case CommandPath.Poll poll ->
                fault.<Decision>map(Refused::new).orElseGet(() -> new Poll(device, poll.patience(), poll.after()));
            case CommandPath.Result result ->
                fault.or(() -> length(request))
                        .or(() -> encoded(headers))
                        .<Decision>map(Refused::new)
                        .orElseGet(() -> new Report(
                                device,
                                result.commandId(),
                                result.outcome(),
                                headers.get(HttpHeaderNames.CONTENT_TYPE, "")));
        };
    }

    private static Optional<HttpProblem> encoded(HttpHeaders headers) {
        return headers.contains(HttpHeaderNames.CONTENT_ENCODING)
                ? problem(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "an answer to a command isn't compressed")
                : Optional.empty();
    }

    private Decision admit(Verdict.Accepted device, HttpRequest request) {
        HttpHeaders headers = request.headers();
        long receivedAt = ports.clock().millis();
        String channel =
                TelemetryPath.parse(request.uri()).map(TelemetryPath::channel).orElse("");
        MessageHeaders said = new MessageHeaders(headers, channel, receivedAt);
        Optional<String> messageId = said.messageId();
        Optional<HttpProblem> fault =
                expectation(headers).or(() -> length(request)).or(said::problem);
        if (fault.isPresent()) {
            return new Refused(fault.get());
        }
        return new Admitted(device, said.facts(), messageId, said.format(), said.coding(), receivedAt);
    }

    private static Optional<HttpProblem> malformed(HttpRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            return problem(HttpResponseStatus.REQUEST_URI_TOO_LONG, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return problem(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too large");
        }
        if (!request.decoderResult().isSuccess()) {
            return problem(HttpResponseStatus.BAD_REQUEST, "this is no well-formed HTTP request");
        }
        HttpVersion version = request.protocolVersion();
        if (version.majorVersion() != 1) {
            return problem(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 is spoken here");
        }
        int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && version.minorVersion() > 0)) {
            return problem(HttpResponseStatus.BAD_REQUEST, "Host must be there once");
        }
        return transferCoding(request.headers(), version);
    }

    private static Optional<HttpProblem> transferCoding(HttpHeaders headers, HttpVersion version) {
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean isChunked = codings.size() == 1
                && codings.getFirst().equalsIgnoreCase(HttpHeaderValues.CHUNKED.toString())
                && version.minorVersion() > 0;
        return codings.isEmpty() || isChunked
                ? Optional.empty()
                : problem(HttpResponseStatus.BAD_REQUEST, "Transfer-Encoding must be chunked, once, and in HTTP/1.1");
    }

    private static Optional<HttpProblem> misrouted(HttpRequest request) {
        if (TelemetryPath.parse(request.uri()).isEmpty()) {
            return problem(
                    HttpResponseStatus.NOT_FOUND,
                    "telemetry goes to /v1/telemetry or /v1/telemetry/<channel>, commands come from /v1/commands");
        }
        return request.method().equals(HttpMethod.POST)
                ? Optional.empty()
                : Optional.of(new HttpProblem(
                        HttpResponseStatus.METHOD_NOT_ALLOWED, "telemetry is posted", Map.of("allow", "POST")));
    }

    private static Optional<HttpProblem> misrouted(CommandPath path, HttpRequest request) {
        String allowed = path.method().name();
        return request.method().equals(path.method())
                ? Optional.empty()
                : Optional.of(new HttpProblem(
                        HttpResponseStatus.METHOD_NOT_ALLOWED, "only " + allowed + " here", Map.of("allow", allowed)));
    }

    private Optional<HttpProblem> withoutRoom() {
        return ports.ingest().hasRoom()
                ? Optional.empty()
                : Optional.of(HttpProblem.unavailable("no room, try again later"));
    }

    private static Optional<Credentials> credentials(Channel channel, HttpHeaders headers) {
        List<String> values = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        if (values.size() == 1) {
            return AuthorizationHeader.parse(values.getFirst());
        }
        List<X509Certificate> chain = PeerCertificates.of(channel);
        return values.isEmpty() && !chain.isEmpty()
                ? Optional.of(new Credentials.Certificate("", chain))
                : Optional.empty();
    }

    private static Optional<HttpProblem> expectation(HttpHeaders headers) {
        String expected = headers.get(HttpHeaderNames.EXPECT);
        return expected == null || expected.equalsIgnoreCase(HttpHeaderValues.CONTINUE.toString())
                ? Optional.empty()
                : problem(HttpResponseStatus.EXPECTATION_FAILED, "only 100-continue can be expected");
    }

    private Optional<HttpProblem> length(HttpRequest request) {
        if (HttpUtil.isTransferEncodingChunked(request)) {
            return Optional.empty();
        }
        long length = HttpUtil.getContentLength(request, -1L);
        if (length < 0) {
            return problem(HttpResponseStatus.LENGTH_REQUIRED, "Content-Length is missing");
        }
        return length > limits.maxBody() ? Optional.of(HttpProblem.bodyTooLarge(limits)) : Optional.empty();
    }

    private static Optional<HttpProblem> problem(HttpResponseStatus status, String detail) {
        return Optional.of(HttpProblem.of(status, detail));
    }
}
