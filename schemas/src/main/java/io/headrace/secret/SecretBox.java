package io.headrace.secret;

import io.headrace.config.ConfigException;
import io.headrace.config.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets in an envelope: each under a random key of its own (AES-256-GCM), and that key under the master key
 * (AES-256-GCM too), so that a new master key means rewrapping keys and not secrets. What a secret belongs to is bound
 * in as associated data: a sealed key copied to another device doesn't open.
 *
 * <p>Layout: version 1, nonce (12), wrapped key (32 + 16), nonce (12), sealed secret (n + 16). Safe for use by several
 * threads.
 */
public final class SecretBox {
    private static final byte VERSION = 1;
    private static final int NONCE = 12;
    private static final int KEY = 32;
    private static final int TAG = 16;
    private static final int OVERHEAD = 1 + NONCE + KEY + TAG + NONCE + TAG;

    private final SecretKeySpec masterKey;
    private final SecureRandom random = new SecureRandom();

    /** @param masterKey 32 bytes in Base64 */
    public SecretBox(Secret masterKey) {
        this.masterKey = new SecretKeySpec(decoded(masterKey), "AES");
    }

    /** A new master key: 32 random bytes in Base64. */
    public static String newMasterKey() {
        byte[] key = new byte[KEY];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /**
     * Seals a secret.
     *
     * @param owner what it belongs to, such as {@code <device id>/primary}; needed again to open it
     */
    public byte[] seal(String owner, byte[] secret) {
        byte[] key = randomBytes(KEY);
        byte[] keyNonce = randomBytes(NONCE);
        byte[] nonce = randomBytes(NONCE);
        byte[] associated = owner.getBytes(StandardCharsets.UTF_8);
        try {
            byte[] wrapped = crypt(Cipher.ENCRYPT_MODE, masterKey, keyNonce, associated, key);
            byte[] sealed = crypt(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), nonce, associated, secret);
            return ByteBuffer.allocate(OVERHEAD + secret.length)
                    .put(VERSION)
                    .put(keyNonce)
                    .put(wrapped)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is part of every JDK", e);
        }
    }

    /** @throws SealBrokenException where the bytes were sealed for another owner, under another master key, or are damaged */
    public byte[] open(String owner, byte[] sealed) {
        if (sealed.length < OVERHEAD || sealed[0] != VERSION) {
            throw new SealBrokenException(owner);
        }
        ByteBuffer in = ByteBuffer.wrap(sealed, 1, sealed.length - 1);
        byte[] keyNonce = next(in, NONCE);
        byte[] wrapped = next(in, KEY + TAG);
        byte[] nonce = next(in, NONCE);
        byte[] secret = next(in, in.remaining());
        byte[] associated = owner.getBytes(StandardCharsets.UTF_8);
        try {
            byte[] key = crypt(Cipher.DECRYPT_MODE, masterKey, keyNonce, associated, wrapped);
            return crypt(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), nonce, associated, secret);
        } catch (GeneralSecurityException e) {
            throw new SealBrokenException(owner);
        }
    }

    private static byte[] crypt(int mode, SecretKeySpec key, byte[] nonce, byte[] associated, byte[] input)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
        cipher.updateAAD(associated);
        return cipher.doFinal(input);
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] next(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static byte[] decoded(Secret masterKey) {
        try {
            byte[] key = Base64.getDecoder().decode(masterKey.reveal().get());
            if (key.length == KEY) {
                return key;
            }
        } catch (IllegalArgumentException notBase64) {
            // said below, as for a wrong length; never with the value
        }
        throw new ConfigException("the master key must be " + KEY + " bytes in Base64");
    }
}
