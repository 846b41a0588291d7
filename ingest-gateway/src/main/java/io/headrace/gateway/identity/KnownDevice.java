package io.headrace.gateway.identity;

import io.headrace.catalogue.DeviceId;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import io.headrace.secret.SealBrokenException;
import io.headrace.secret.SecretBox;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One revision of a registered device. Its keys are opened when first asked for, and kept: opening costs as much as
 * a hundred comparisons.
 */
final class KnownDevice {
    /** Tag of a device that no operator registered. */
    static final String ANONYMOUS_TAG = "anonymous";

    private static final Logger LOG = LoggerFactory.getLogger(KnownDevice.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final DeviceId id;
    private final Device device;
    private final SecretBox box;
    private volatile @Nullable Keys keys;

    /** Opened keys; random bytes in place of one that isn't there, which nobody can present. */
    @SuppressWarnings("ArrayRecordComponent") // compared in constant time only
    record Keys(byte[] primary, byte[] secondary) {
        @Override
        public String toString() {
            return "Keys";
        }
    }

    KnownDevice(DeviceId id, Device device, SecretBox box) {
        this.id = id;
        this.device = device;
        this.box = box;
    }

    /** Stands in for a device that isn't registered, so that it takes as long to refuse. */
    static KnownDevice nobody(SecretBox box) {
        KnownDevice nobody = new KnownDevice(new DeviceId("nobody"), record("nobody", DeviceStatus.DISABLED), box);
        nobody.keys = new Keys(random(), random());
        return nobody;
    }

    /** Registry record of a device that nobody registered. */
    static Device anonymous(DeviceId id) {
        Device device = record(id.value(), DeviceStatus.ENABLED);
        device.setTags(Map.of(ANONYMOUS_TAG, "true"));
        return device;
    }

    private static Device record(String id, DeviceStatus status) {
        Instant now = Instant.now();
        return Device.newBuilder()
                .setId(id)
                .setStatus(status)
                .setCreatedAt(now)
                .setUpdatedAt(now)
                .setRevision(1)
                // Avro would make the default by way of classes that it trusts only once a topic of devices is
                // declared.
                .setCalibrations(Map.of())
                .build();
    }

    DeviceId id() {
        return id;
    }

    boolean isEnabled() {
        return device.getStatus() == DeviceStatus.ENABLED;
    }

    boolean trustsAuthority() {
        return device.getCertificateAuthority();
    }

    RegisteredLimits.Limits limits() {
        return new RegisteredLimits.Limits(device.getMessagesPerSecond(), device.getBytesPerSecond());
    }

    /** SHA-256 thumbprints, lower-case hex; none, one or two. */
    List<String> thumbprints() {
        return Stream.of(device.getPrimaryThumbprint(), device.getSecondaryThumbprint())
                .filter(Objects::nonNull)
                .map(text -> text.toLowerCase(Locale.ROOT))
                .toList();
    }

    Keys keys() {
        Keys opened = keys;
        if (opened == null) {
            opened = new Keys(
                    opened(device.getPrimaryKey(), "/primary"), opened(device.getSecondaryKey(), "/secondary"));
            keys = opened;
        }
        return opened;
    }

    private byte[] opened(@Nullable ByteBuffer sealed, String slot) {
        if (sealed == null) {
            return random();
        }
        byte[] bytes = new byte[sealed.remaining()];
        sealed.duplicate().get(bytes);
        try {
            return box.open(id.value() + slot, bytes);
        } catch (SealBrokenException e) {
            // Once for each revision; the device is refused, as with any wrong key.
            LOG.warn("{}", e.getMessage());
            return random();
        }
    }

    private static byte[] random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
