package io.headrace.gateway.http.websocket;

import io.headrace.gateway.http.request.HttpProblem;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns a connection of HTTP/1.1 into one of MQTT (RFC 6455 §4.2). One object for all connections. */
public final class MqttUpgrade {
    /** The second is where devices of Azure IoT Hub look for it. */
    private static final Set<String> PATHS = Set.of("/mqtt", "/$iothub/websocket", "/%24iothub/websocket");

    private static final String PROTOCOL = "mqtt";
    private static final String VERSION = "13";
    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    private final WebSocketConfig config;
    private final ChannelHandler mqtt;
    private final WebSocketDecoderConfig frames;
    private final WebSocketMeters meters;

    /** @param mqtt makes a connection speak MQTT */
    public MqttUpgrade(WebSocketConfig config, ChannelHandler mqtt, MeterRegistry registry) {
        this.config = config;
        this.mqtt = mqtt;
        this.meters = new WebSocketMeters(registry);
        this.frames = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(config.maxFrame())
                .expectMaskedFrames(true)
                .allowMaskMismatch(false)
                .allowExtensions(false)
                .withUTF8Validator(false)
                .closeOnProtocolViolation(false)
                .build();
    }

    /** Whether the request is for a path that is MQTT's, well-formed or not. */
    public boolean isAskedFor(HttpRequest request) {
        if (!config.isOn() || !request.decoderResult().isSuccess()) {
            return false;
        }
        int query = request.uri().indexOf('?');
        return PATHS.contains(query < 0 ? request.uri() : request.uri().substring(0, query));
    }

    /** What is wrong with such a request; empty where it is to be {@link #open}ed. */
    public Optional<HttpProblem> refusal(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!request.method().equals(HttpMethod.GET)) {
            return Optional.of(new HttpProblem(
                    HttpResponseStatus.METHOD_NOT_ALLOWED, "a WebSocket is opened with GET", Map.of("allow", "GET")));
        }
        if (!has(headers, HttpHeaderNames.CONNECTION, "upgrade")
                || !has(headers, HttpHeaderNames.UPGRADE, "websocket")) {
            return Optional.of(new HttpProblem(
                    HttpResponseStatus.UPGRADE_REQUIRED,
                    "MQTT is spoken here over WebSocket",
                    Map.of("upgrade", "websocket")));
        }
        List<String> versions = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
        if (versions.size() != 1 || !versions.getFirst().equals(VERSION)) {
            return Optional.of(new HttpProblem(
                    HttpResponseStatus.UPGRADE_REQUIRED,
                    "WebSocket is spoken here in version 13",
                    Map.of("upgrade", "websocket", "sec-websocket-version", VERSION)));
        }
        return malformed(request).or(() -> foreign(headers));
    }

    private static Optional<HttpProblem> malformed(HttpRequest request) {
        HttpHeaders headers = request.headers();
        boolean hasBody = headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                || !headers.get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0");
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                || headers.getAll(HttpHeaderNames.HOST).size() != 1
                || hasBody
                || !isKey(headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY))) {
            return Optional.of(HttpProblem.badRequest("this is no well-formed request for a WebSocket"));
        }
        // Sub-protocols are told apart by case, other than tokens of HTTP. mqttv3.1 is of a version not spoken here.
        return tokens(headers, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).contains(PROTOCOL)
                ? Optional.empty()
                : Optional.of(HttpProblem.badRequest("Sec-WebSocket-Protocol must offer mqtt"));
    }

    private Optional<HttpProblem> foreign(HttpHeaders headers) {
        List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
        boolean isWelcome = config.origins().isEmpty()
                || origins.isEmpty()
                || (origins.size() == 1
                        && config.origins().contains(origins.getFirst().toLowerCase(Locale.ROOT)));
        return isWelcome
                ? Optional.empty()
                : Optional.of(HttpProblem.of(HttpResponseStatus.FORBIDDEN, "pages of this origin may not connect"));
    }

    private static boolean isKey(List<String> keys) {
        try {
            return keys.size() == 1 && Base64.getDecoder().decode(keys.getFirst()).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static boolean has(HttpHeaders headers, CharSequence name, String token) {
        return tokens(headers, name).stream().anyMatch(token::equalsIgnoreCase);
    }

    private static List<String> tokens(HttpHeaders headers, CharSequence name) {
        return headers.getAll(name).stream()
                .flatMap(line -> List.of(line.split(",", -1)).stream())
                .map(String::strip)
                .toList();
    }

    /** Answers 101, and leaves the connection to MQTT. For the last handler of the connection. */
    public void open(ChannelHandlerContext http, HttpRequest request) {
        meters.opened();
        http.writeAndFlush(accepted(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "")));
        ChannelPipeline pipeline = http.pipeline();
        String decoder = pipeline.context(HttpRequestDecoder.class).name();
        // What the decoder itself has to say passes the encoder, so that one stands before it.
        pipeline.addBefore(decoder, "websocket-encoder", new WebSocket13FrameEncoder(false));
        pipeline.addLast(new MqttFrames(meters), mqtt);
        pipeline.remove(HttpResponseEncoder.class);
        pipeline.remove(http.handler());
        // Last: bytes that came behind the request go on from here.
        pipeline.replace(HttpRequestDecoder.class, "websocket-decoder", new WebSocket13FrameDecoder(frames));
    }

    private static FullHttpResponse accepted(String key) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, acceptance(key))
                .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, PROTOCOL);
        return response;
    }

    private static String acceptance(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(sha1.digest((key + KEY_SUFFIX).getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
