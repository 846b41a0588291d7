package io.headrace.gateway.coap.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.command.Command;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands as devices are shown them, written out by hand. */
class FormatTest {
    private static Command command(String payload, String contentType) {
        byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
        return new Command("c-1", new DeviceId("d1"), "öffnen", bytes, contentType, 0);
    }

    private static String json(String payload, String contentType) {
        return new String(Format.JSON.write(command(payload, contentType), 58), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"valve\": 3}", "[1, 2]", "7", "\"x\"", "null"})
    void jsonStandsInJsonAsItIs(String payload) {
        assertThat(json(payload, "application/json"))
                .isEqualTo("{\"id\":\"c-1\",\"name\":\"öffnen\",\"expiresIn\":58,"
                        + "\"contentType\":\"application/json\",\"payload\":" + payload + "}");
        assertThat(json(payload, "")).endsWith("\"expiresIn\":58,\"payload\":" + payload + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} , \"id\": \"other\" | application/json | e30gLCAiaWQiOiAib3RoZXIi",
                "{} {} | application/json | e30ge30=",
                "{ | application/json | ew==",
                "7 | text/plain | Nw==",
                "{} | application/octet-stream | e30=",
            })
    void whatIsNoJsonOrSaysThatItIsSomethingElseIsBase64(String payload, String contentType, String base64) {
        assertThat(json(payload, contentType)).endsWith(",\"payloadBase64\":\"" + base64 + "\"}");
    }

    @Test
    void withoutPayloadThereIsNone() {
        assertThat(json("", "")).isEqualTo("{\"id\":\"c-1\",\"name\":\"öffnen\",\"expiresIn\":58}");
    }

    @Test
    void cborHasThePayloadsBytes() {
        assertThat(HexFormat.of().formatHex(Format.CBOR.write(command("\u00ff\u0000", "x/y"), 300)))
                .isEqualTo("a5" + "626964" + "63632d31" + "646e616d65" + "67c3b666666e656e"
                        + "69657870697265" + "73496e" + "19012c"
                        + "6b636f6e74656e7454797065" + "63782f79" + "677061796c6f6164" + "42ff00");
        assertThat(HexFormat.of().formatHex(Format.CBOR.write(command("", ""), 1)))
                .startsWith("a3")
                .endsWith("697265" + "73496e" + "01");
    }

    @Test
    void cborHasLengthsOfEverySize() {
        byte[] written = Format.CBOR.write(command("x".repeat(70_000), ""), 1);

        assertThat(HexFormat.of().formatHex(written)).contains("677061796c6f6164" + "5a00011170" + "7878");
        assertThat(HexFormat.of().formatHex(Format.CBOR.write(command("x".repeat(100), ""), 86_400)))
                .contains("1a00015180")
                .contains("5864" + "7878");
    }
}
