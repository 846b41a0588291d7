package io.headrace.gateway.identity;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.config.Secret;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import io.headrace.secret.SecretBox;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** Registered devices for tests, sealed under one master key. */
public final class TestDevices {
    public static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    public static final String OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    static final Secret MASTER = Secret.of("q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=");
    public static final IdentityConfig CONFIG = new IdentityConfig(
            MASTER, Optional.empty(), Duration.ofMinutes(5), Optional.empty(), CertificateName.COMMON_NAME);
    static final SecretBox BOX = new SecretBox(MASTER);

    static {
        // Avro makes a device only once a topic of devices is declared.
        new Catalogue("", Sizing.STANDALONE).registry();
    }

    private TestDevices() {}

    /** Enabled, without any credential. */
    public static Device.Builder device(String id) {
        return Device.newBuilder()
                .setId(id)
                .setStatus(DeviceStatus.ENABLED)
                .setCreatedAt(Instant.EPOCH)
                .setUpdatedAt(Instant.EPOCH)
                .setRevision(1);
    }

    /** Enabled, with a primary key. */
    public static Device.Builder withKey(String id, String key) {
        return device(id).setPrimaryKey(sealed(id + "/primary", key));
    }

    /** A key as the registry keeps it; {@code owner} is {@code <id>/primary} or {@code <id>/secondary}. */
    public static ByteBuffer sealed(String owner, String key) {
        return ByteBuffer.wrap(BOX.seal(owner, Base64.getDecoder().decode(key)));
    }
}
