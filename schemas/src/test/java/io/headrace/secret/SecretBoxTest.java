package io.headrace.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SecretBoxTest {
    private final SecretBox box = new SecretBox(Secret.of(SecretBox.newMasterKey()));
    private final byte[] secret = "a device's key".getBytes(StandardCharsets.UTF_8);

    @Test
    void whatWasSealedOpensForItsOwner() {
        byte[] sealed = box.seal("d1/primary", secret);

        assertThat(box.open("d1/primary", sealed)).isEqualTo(secret);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("device");
    }

    @Test
    void twoSealsOfOneSecretDiffer() {
        assertThat(box.seal("d1/primary", secret)).isNotEqualTo(box.seal("d1/primary", secret));
    }

    @Test
    void aSealCopiedToAnotherDeviceDoesNotOpen() {
        byte[] sealed = box.seal("d1/primary", secret);

        assertThatThrownBy(() -> box.open("d2/primary", sealed)).isInstanceOf(SealBrokenException.class);
        assertThatThrownBy(() -> box.open("d1/secondary", sealed)).isInstanceOf(SealBrokenException.class);
    }

    @Test
    void anotherMasterKeyDoesNotOpenIt() {
        byte[] sealed = box.seal("d1/primary", secret);
        SecretBox other = new SecretBox(Secret.of(SecretBox.newMasterKey()));

        assertThatThrownBy(() -> other.open("d1/primary", sealed)).isInstanceOf(SealBrokenException.class);
    }

    @Test
    void everyDamagedByteIsNoticed() {
        byte[] sealed = box.seal("d1/primary", secret);
        for (int i = 0; i < sealed.length; i++) {
            byte[] damaged = sealed.clone();
            damaged[i] ^= 1;
            assertThatThrownBy(() -> box.open("d1/primary", damaged)).isInstanceOf(SealBrokenException.class);
        }
        assertThatThrownBy(() -> box.open("d1/primary", new byte[3])).isInstanceOf(SealBrokenException.class);
    }

    @Test
    void aMasterKeyOfAnotherShapeIsRefusedWithoutShowingIt() {
        for (String wrong : new String[] {"not base64!", Base64.getEncoder().encodeToString(new byte[16])}) {
            assertThatThrownBy(() -> new SecretBox(Secret.of(wrong)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("the master key must be 32 bytes in Base64");
        }
    }
}
