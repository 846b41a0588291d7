package io.headrace.streams.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeyTextsTest {
    private final KeyTexts texts = new KeyTexts();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aKeyThatComesAgainIsTheSameObject() {
        String first = texts.of(bytes("device-1"));

        assertThat(texts.of(bytes("device-1"))).isSameAs(first).isEqualTo("device-1");
    }

    @Test
    void moreKeysThanItKeepsAreAllReadAsTheyAre() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 100_000; i++) {
                assertThat(texts.of(bytes("device-" + i))).isEqualTo("device-" + i);
            }
        }
    }

    @Test
    void keysOfTenThousandDevicesInTurnStayTheSameObjects() {
        String[] first = new String[10_000];
        for (int i = 0; i < first.length; i++) {
            first[i] = texts.of(bytes("device-" + i));
        }

        int same = 0;
        for (int i = 0; i < first.length; i++) {
            same += System.identityHashCode(texts.of(bytes("device-" + i))) == System.identityHashCode(first[i])
                    ? 1
                    : 0;
        }

        assertThat(same).isGreaterThan(9_900);
    }

    @Test
    void anyBytesAreAKey() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        assertThat(texts.of(all)).isEqualTo(new String(all, StandardCharsets.ISO_8859_1));
        assertThat(texts.of(new byte[0])).isEmpty();
    }
}
