package io.headrace.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Seeds make failures repeatable. */
class RandomScriptsTest {
    private static final int ROUNDS = 2_000;
    /** A connection, and a link on handle 0. */
    private static final byte[] OPENING = {0, 0, 2, 0, 0};
    /** What devices and Kafka do most of the time: messages, whole and in parts, and answers. */
    private static final List<byte[]> USUAL = List.of(
            new byte[] {4, 0},
            new byte[] {4, 0},
            new byte[] {5, 0},
            new byte[] {6, 0, 9, 7, 0, 0, 9, 7, 0, -1, 9},
            new byte[] {6, 0, 9, 8, 0},
            new byte[] {12, 0},
            new byte[] {12, 0},
            new byte[] {12, 0},
            new byte[] {12, 0},
            new byte[] {12, 0},
            new byte[] {12, 0},
            new byte[] {13, 100});

    @Test
    void nothingIsAcceptedThatIsNotStoredWhateverHappens() {
        Random random = new Random(1);
        long accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] script = script(random);
            try {
                accepted += Script.play(script);
            } catch (RuntimeException | AssertionError broken) {
                throw new AssertionError("on " + HexFormat.of().formatHex(script), broken);
            }
        }
        assertThat(accepted).as("messages accepted in all scripts").isGreaterThan(ROUNDS / 10);
    }

    private static byte[] script(Random random) {
        ByteArrayOutputStream script = new ByteArrayOutputStream();
        script.writeBytes(OPENING);
        int steps = random.nextInt(100);
        int strange = 1 + random.nextInt(20);
        for (int i = 0; i < steps; i++) {
            if (random.nextInt(strange) == 0) {
                script.write(random.nextInt(256));
            } else {
                script.writeBytes(USUAL.get(random.nextInt(USUAL.size())));
            }
        }
        return script.toByteArray();
    }
}
