package io.headrace.control.devices;

import io.headrace.secret.SecretBox;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes keys of devices and seals them, each for its device and slot. */
final class KeyVault {
    /** Where a device has a key: the name is part of what a sealed key is bound to. */
    enum Slot {
        PRIMARY("primary"),
        SECONDARY("secondary");

        private final String text;

        Slot(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        String ownerOf(String deviceId) {
            return deviceId + "/" + text;
        }
    }

    /** A key twice: for the device, and for the registry. */
    record NewKey(String base64, ByteBuffer sealed) {
        @Override
        public String toString() {
            return "(key)";
        }
    }

    private static final int KEY_BYTES = 32;

    private final SecretBox box;
    private final SecureRandom random = new SecureRandom();

    KeyVault(SecretBox box) {
        this.box = box;
    }

    NewKey newKey(String deviceId, Slot slot) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return new NewKey(
                Base64.getEncoder().encodeToString(key), ByteBuffer.wrap(box.seal(slot.ownerOf(deviceId), key)));
    }

    /**
     * Seals a key for another slot of the same device.
     *
     * @throws io.headrace.secret.SealBrokenException where the key isn't the device's or the master key is another
     */
    ByteBuffer move(String deviceId, Slot from, Slot to, ByteBuffer sealed) {
        byte[] bytes = new byte[sealed.remaining()];
        sealed.duplicate().get(bytes);
        return ByteBuffer.wrap(box.seal(to.ownerOf(deviceId), box.open(from.ownerOf(deviceId), bytes)));
    }
}
