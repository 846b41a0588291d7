package io.headrace.gateway.amqp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/** A {@link Script} that a fuzzer writes. With {@code JAZZER_FUZZ=1} it searches; otherwise it tries the seeds. */
@Tag("fuzz")
class ConnectionFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(
                        "0000 020000 0400 0400 0c00 0c00 0a00",
                        "0000 030000 0400 0c00 0900ff 0b 01",
                        "0000 020000 060009 070000 09 0700ff09 0c00",
                        "0000 020000 060009 0800 0400 0d10 0c00 0dff",
                        "0000 020000 0400 0400 0cd8 0c00",
                        "00ff 020000 0400 0e05 0400 0f20 1101",
                        "0000 1014 0000001402000000005310c00702a10163a10168")
                .map(hex -> HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "3m")
    void livesThroughWhatever(byte[] script) {
        Script.play(script);
    }
}
