package io.headrace.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.amqp.Peer.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames that break the standard: each ends its own connection, with a condition and a count, and costs nothing more. */
class MalformedFramesTest {
    private static final String FRAMING = "close amqp:connection:framing-error";
    private static final String DECODE = "close amqp:decode-error";
    private static final String FIELD = "close amqp:invalid-field";

    private final World world = new World();

    @ParameterizedTest
    @CsvSource({
        "size 0, 00000000 02000000, " + FRAMING,
        "size below 8, 00000007 02000000, " + FRAMING,
        "size of 4 GB, FFFFFFFF 02000000, " + FRAMING,
        "size of 2 GB, 80000000 02000000, " + FRAMING,
        "one above the maximum, 00010001 02000000, " + FRAMING,
        "data offset 0, 00000008 00000000, " + FRAMING,
        "data offset 1, 00000008 01000000, " + FRAMING,
        "data offset behind the frame, 00000008 03000000, " + FRAMING,
        "SASL frame after SASL, 00000008 02010000, " + FRAMING,
        "unknown frame type, 00000008 02070000, " + FRAMING,
        "protocol header again, 414d5150 00010000, " + FRAMING,
        "body without descriptor, 00000009 02000000 45, " + DECODE,
        "unknown performative, 0000000C 02000000 00534F45, " + DECODE,
        "descriptor of 8 bytes, 00000013 02000000 0080 FFFFFFFFFFFFFFFF 45, " + DECODE,
        "unknown symbol, 0000000E 02000000 00A3017845 00, " + DECODE,
        "body that is no list, 0000000C 02000000 00531141, " + DECODE,
        "list longer than its frame, 0000000E 02000000 005311 C0FF01, " + DECODE,
        "list of 4 GB, 00000014 02000000 005311 D0FFFFFFFF00000001, " + DECODE,
        "list with more elements than bytes, 00000014 02000000 005311 D000000004 7FFFFFFF, " + DECODE,
        "begin without fields, 0000000C 02000000 00531145, " + FIELD,
        "attach without fields, 0000000C 02000000 00531245, " + FIELD,
        "transfer without handle, 0000000C 02000000 00531445, " + FIELD,
        "disposition without fields, 0000000C 02000000 00531545, " + FIELD,
        "detach without fields, 0000000C 02000000 00531645, " + FIELD,
        "handle that is a string, 00000012 02000000 005316 C0 05 01 A102 7878, " + DECODE,
        "handle cut off, 00000010 02000000 005316 C0 03 01 70FF, " + DECODE,
    })
    void endTheConnection(String what, String hex, String answer) {
        Peer peer = world.begun();
        Peer neighbour = world.attached();
        neighbour.received();

        peer.send(hex);

        assertThat(peer.lines()).as(what).containsExactly(answer);
        assertThat(peer.isOpen()).isFalse();
        assertThat(neighbour.message(0, "x").lines()).containsExactly("disposition 0 settled accepted");
        assertThat(world.count("headrace.amqp.connections")).isOne();
    }

    @Test
    void symbolsThatNameAPerformativeAreGood() {
        Peer peer = world.begun();

        peer.send("0000001B 02000000 00 A30F 616D71703A636C6F73653A6C697374 45");

        assertThat(peer.lines()).containsExactly("close -");
    }

    @ParameterizedTest
    @CsvSource({"00000008 02010000", "0000000C 02010000 00534145", "00001001 02010000", "0000000C 02010000 00534245"})
    void endTheConnectionBeforeItIsAnybodys(String hex) {
        Peer peer = world.connect().send(Peer.SASL_HEADER);

        peer.send(hex);

        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void depthCostsNothing() {
        // Given: descriptors of descriptors of descriptors, as deep as a frame is long
        byte[] frame = new byte[60_000];
        byte[] head = Bytes.hex("0000EA60 02000000 005310 D0 0000EA50 00000002 A10163");
        System.arraycopy(head, 0, frame, 0, head.length);
        Peer peer = world.authenticated();
        peer.received();

        peer.send(frame);

        assertThat(peer.lines()).containsExactly("Open", DECODE);
    }

    @Test
    void nothingIsMadeOfArraysThatClaimToBeLong() {
        // Given: properties with an array of 2,147,483,647 elements without a byte each
        Peer peer = world.authenticated();
        peer.received();

        peer.send("0000002D 02000000 005310 C0 20 0A A10163 4040404040404040"
                + "C1 11 02 A30161 F0 00000009 7FFFFFFF 44 00000000");

        assertThat(peer.lines()).containsExactly("Open");
        assertThat(peer.isOpen()).isTrue();
    }
}
