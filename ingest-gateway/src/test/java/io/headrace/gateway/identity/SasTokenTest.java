package io.headrace.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against tokens that Azure's own client libraries made, or that its documents print. */
class SasTokenTest {
    private static final byte[] KEY = Base64.getDecoder().decode(TestDevices.KEY);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SharedAccessSignature sr=hub.example.test%2Fdevices%2Fsensor-1&sig=DCgeTJa5zIhrWwE2ABJV886IdXGOz3sVsqQ5qSN9e1U%3D&se=1900000000",
                "SharedAccessSignature sr=hub.example.test%2fdevices%2fsensor-1&sig=q1MycXQPY9z9MgOIpyCDdzI5HXEfbRTJ%2F2%2FSe6abK5g%3D&se=1900000000",
                "SharedAccessSignature sr=hub.example.test/devices/sensor-1&sig=uWP7J5DDmU%2F%2FUvYyRQLM9s%2BrRPuo3pkVKLt4t66mcXc%3D&se=1900000000",
                "SharedAccessSignature sig=DCgeTJa5zIhrWwE2ABJV886IdXGOz3sVsqQ5qSN9e1U%3D&se=1900000000&skn=&sr=hub.example.test%2Fdevices%2Fsensor-1",
            })
    void theSignatureIsOverTheResourceAsItStandsInTheToken(String text) {
        // When
        SasToken token = SasToken.parse(text).orElseThrow();

        // Then
        assertThat(token.isSignedWith(KEY)).isTrue();
        assertThat(token.isSignedWith(new byte[32])).isFalse();
        assertThat(token.deviceId()).contains("sensor-1");
        assertThat(token.hub()).isEqualTo("hub.example.test");
        assertThat(token.expiresAt()).isEqualTo(1_900_000_000L);
        assertThat(token.policy()).isEmpty();
    }

    @Test
    void aTokenThatMicrosoftPublishedVerifies() {
        // Given
        byte[] key = Base64.getDecoder()
                .decode("18RQk/hOPJR9EbsJlk2j8WA6vWaj/yi+oaYg7zmxfQNdOyMSu+SJ8O7TSlZhDJCYmn4rzEiVKIzNiVAWjLxrGA==");

        // When
        SasToken token = SasToken.parse(
                        "SharedAccessSignature sr=MyExampleHub.azure-devices.net%2Fdevices%2Fmy-symkey-device"
                                + "&sig=f%2BwW8XOKeJOtiPc9Iwjc4OpExvPM7NlhM9qxN2a1aAM%3D&se=1663119026")
                .orElseThrow();

        // Then
        assertThat(token.isSignedWith(key)).isTrue();
    }

    @Test
    void aTokenForAModuleOrForTheWholeHubIsNoDevices() {
        // Given
        String module = "SharedAccessSignature sr=hub.example.test%2Fdevices%2Fsensor-1%2Fmodules%2Fmod-a"
                + "&sig=vWttSSlsy449cYfkKkWMbweN%2Bt6Yct45qTBP5aFbB50%3D&se=1900000000";
        String service = "SharedAccessSignature sr=hub.example.test"
                + "&sig=iofCU3AbMhlWBrPjjFi%2Fpo4hssQcrEmKsdkD7YS2TqQ%3D&skn=iothubowner&se=1900000000";

        for (String text : List.of(module, service)) {
            // When
            SasToken token = SasToken.parse(text).orElseThrow();

            // Then
            assertThat(token.isSignedWith(KEY)).isTrue();
            assertThat(token.deviceId()).isEmpty();
        }
    }

    @Test
    void aTrailingApiVersionIsNoPartOfTheResource() {
        assertThat(SasToken.parse(
                                "SharedAccessSignature sr=h%2Fdevices%2Fd%2Fapi-version%3D2016-11-14&sig=AA%3D%3D&se=1")
                        .orElseThrow()
                        .deviceId())
                .contains("d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SharedAccessSignature",
                "SharedAccessSignature ",
                "sharedaccesssignature sr=h%2Fdevices%2Fd&sig=AA%3D%3D&se=1",
                "SharedAccessSignature sr=h%2Fdevices%2Fd&sig=AA%3D%3D",
                "SharedAccessSignature sr=h%2Fdevices%2Fd&se=1",
                "SharedAccessSignature sig=AA%3D%3D&se=1",
                "SharedAccessSignature sr=h%2Fdevices%2Fd&sr=h%2Fdevices%2Fe&sig=AA%3D%3D&se=1",
                "SharedAccessSignature sr=h%2Fdevices%2Fd&sig=!!&se=1",
                "SharedAccessSignature sr=h%2Fdevices%2Fd&sig=AA%3D%3D&se=-1",
                "SharedAccessSignature sr=h%2Fdevices%2Fd&sig=AA%3D%3D&se=9999999999999999999",
                "SharedAccessSignature sr=h%zz&sig=AA%3D%3D&se=1",
                "SharedAccessSignature &&&",
            })
    void whatIsDamagedIsNoToken(String text) {
        assertThat(SasToken.parse(text)).isEmpty();
    }
}
