package io.headrace.gateway.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
    @Test
    void areWrittenInTheOrderOfTheBodyHoweverTheyCame() {
        Receipts receipts = new Receipts(3);
        receipts.set(2, 3, 0);
        receipts.set(0, 11, 4711);
        receipts.set(1, 0, 1_000_000);

        assertThat(text(receipts))
                .isEqualTo("{\"receipts\":[{\"partition\":11,\"offset\":4711},{\"partition\":0,\"offset\":1000000},"
                        + "{\"partition\":3,\"offset\":0}]}");
    }

    @Test
    void haveRoomForTheLongestNumbersThereAre() {
        Receipts receipts = new Receipts(1);
        receipts.set(0, Integer.MAX_VALUE, Long.MAX_VALUE);

        assertThat(text(receipts))
                .isEqualTo("{\"receipts\":[{\"partition\":2147483647,\"offset\":9223372036854775807}]}");
    }

    @Test
    void ofNoMessageAreAnEmptyArray() {
        assertThat(text(new Receipts(0))).isEqualTo("{\"receipts\":[]}");
    }

    private static String text(Receipts receipts) {
        return new String(receipts.json(), StandardCharsets.US_ASCII);
    }
}
