package io.headrace.gateway.http;

import static io.headrace.gateway.http.Http2Peer.CONTINUATION;
import static io.headrace.gateway.http.Http2Peer.DATA;
import static io.headrace.gateway.http.Http2Peer.END_HEADERS;
import static io.headrace.gateway.http.Http2Peer.END_STREAM;
import static io.headrace.gateway.http.Http2Peer.HEADERS;
import static io.headrace.gateway.http.Http2Peer.PING;
import static io.headrace.gateway.http.Http2Peer.RST_STREAM;
import static io.headrace.gateway.http.Http2Peer.SETTINGS;
import static io.headrace.gateway.http.Http2Peer.WINDOW_UPDATE;
import static io.headrace.gateway.http.Http2Peer.post;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Each way to keep a server of HTTP/2 busy at little cost ends its connection, without a word in the log. */
class Http2FloodTest {
    private static final int CALM = 11;

    private final Http2Peer peer = new Http2Peer();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void open() {
        log.start();
        ((Logger) LoggerFactory.getLogger("io.netty")).setLevel(Level.INFO);
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).addAppender(log);
        peer.open();
    }

    @AfterEach
    void theLogIsQuietAndTheBudgetWhole() {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender(log);
        ((Logger) LoggerFactory.getLogger("io.netty")).setLevel(null);
        assertThat(log.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .isEmpty();
        peer.http.channel.finishAndReleaseAll();
        assertThat(peer.http.ingest.reserved()).isZero();
    }

    /** Sends frames until the connection ends; gives how many it took, and what was said at the end. */
    private String endedBy(int most, IntFunction<ByteBuf> frames) {
        for (int i = 0; i < most; i++) {
            peer.write(frames.apply(i));
            String goaway = peer.frames().stream()
                    .filter(frame -> frame.startsWith("GOAWAY"))
                    .map(frame -> frame.substring(frame.lastIndexOf(' ') + 1))
                    .findFirst()
                    .orElse("");
            if (!goaway.isEmpty()) {
                assertThat(peer.http.channel.isOpen()).isFalse();
                return goaway;
            }
        }
        return "not after " + most;
    }

    @Test
    void openingAndResettingStreams() {
        assertThat(endedBy(
                        300,
                        i -> Unpooled.wrappedBuffer(
                                Http2Peer.encoded(HEADERS, END_HEADERS, 1 + 2 * i, post()),
                                Http2Peer.encoded(RST_STREAM, 0, 1 + 2 * i, new byte[] {0, 0, 0, 8}))))
                .isEqualTo("" + CALM);
        assertThat(peer.http.identities.watched()).isZero();
    }

    @Test
    void makingTheGatewayResetStreams() {
        assertThat(endedBy(
                        300,
                        i -> Unpooled.wrappedBuffer(
                                Http2Peer.encoded(HEADERS, END_HEADERS, 1 + 2 * i, post()),
                                Http2Peer.encoded(WINDOW_UPDATE, 0, 1 + 2 * i, new byte[4]))))
                .isEqualTo("" + CALM);
    }

    @Test
    void headersWithoutEnd() {
        assertThat(endedBy(
                        100,
                        i -> Http2Peer.encoded(i == 0 ? HEADERS : CONTINUATION, 0, 1, i == 0 ? post() : new byte[0])))
                .isEqualTo("" + CALM);
    }

    @Test
    void largeHeadersWithoutEnd() {
        assertThat(endedBy(
                        100,
                        i -> Http2Peer.encoded(
                                i == 0 ? HEADERS : CONTINUATION, 0, 1, Http2Peer.block("x", "y".repeat(12_000)))))
                .isNotEqualTo("not after 100");
    }

    @Test
    void settings() {
        assertThat(endedBy(1_000, _ -> Http2Peer.encoded(SETTINGS, 0, 0, new byte[0])))
                .isEqualTo("" + CALM);
        assertThat(peer.http
                        .meters
                        .get("headrace.http.connections.flooded")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void pings() {
        assertThat(endedBy(1_000, _ -> Http2Peer.encoded(PING, 0, 0, new byte[8])))
                .isEqualTo("" + CALM);
    }

    @Test
    void aPingNowAndThenIsNoFlood() {
        for (int i = 0; i < 2_000; i++) {
            assertThat(peer.frame(PING, 0, 0, new byte[8])).containsExactly("PING ACK");
            if (i % 400 == 0) {
                peer.request(1 + 2 * i, "1");
                peer.afterSeconds(31);
            }
        }
        assertThat(peer.http.channel.isOpen()).isTrue();
    }

    @Test
    void dataWithNothingInIt() {
        peer.head(1);
        assertThat(endedBy(20, _ -> Http2Peer.encoded(DATA, 0, 1, new byte[0]))).isEqualTo("" + CALM);
    }

    /** RFC 7541 §7.3: a long field goes into the table once, and one byte repeats it. */
    @Test
    void aHeaderBlockThatUnfoldsToAHundredTimesItsSize() {
        // Given
        byte[] entry = Http2Peer.block("x-property-a", "y".repeat(3_900));
        entry[0] = 0x40;
        byte[] bomb = java.util.Arrays.copyOf(entry, entry.length + 8_000);
        java.util.Arrays.fill(bomb, entry.length, bomb.length, (byte) (0x80 | 62));

        // When
        List<String> frames = peer.frame(HEADERS, END_HEADERS | END_STREAM, 1, bomb);

        // Then
        assertThat(frames).anyMatch(frame -> frame.equals("1 HEADERS 431") || frame.startsWith("GOAWAY"));
    }

    @Test
    void randomBytesAndDamagedFrames() {
        // Given
        Random random = new Random(20260103);
        ByteBuf valid = Unpooled.wrappedBuffer(
                Http2Peer.encoded(HEADERS, END_HEADERS, 1, post()),
                Http2Peer.encoded(DATA, END_STREAM, 1, "[1,2]".getBytes(StandardCharsets.UTF_8)));
        byte[] whole = new byte[valid.readableBytes()];
        valid.readBytes(whole);

        // When
        for (int i = 0; i < 5_000; i++) {
            peer.http.newChannel();
            peer.write(Unpooled.copiedBuffer(Http2Peer.PREFACE, StandardCharsets.US_ASCII));
            peer.write(Unpooled.wrappedBuffer(i % 2 == 0 ? noise(random) : damaged(whole, random)));
            peer.http.received();
            peer.http.channel.finishAndReleaseAll();
        }

        // Then
        assertThat(peer.http.ingest.reserved()).isZero();
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[9 + random.nextInt(60)];
        random.nextBytes(bytes);
        bytes[0] = 0;
        bytes[1] = 0;
        bytes[3] = (byte) random.nextInt(11);
        return bytes;
    }

    private static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
