package io.headrace.gateway;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Certificates of one test: an authority and what it signs, ECDSA P-256. */
public final class TestCertificates {
    private static final AtomicLong SERIALS = new AtomicLong(1);

    /** A certificate and the key that belongs to it. */
    public record Identity(X509Certificate certificate, PrivateKey key) {
        /** Writes both as PEM: {@code <name>.pem} and {@code <name>-key.pem}. */
        public void write(Path folder, String name) throws IOException {
            Files.writeString(folder.resolve(name + ".pem"), pem(certificate));
            Files.writeString(folder.resolve(name + "-key.pem"), pem(new JcaPKCS8Generator(key, null)));
        }
    }

    private final Identity authority;

    public TestCertificates() {
        this.authority = make("CN=Test authority", null, null, Duration.ofDays(1));
    }

    public X509Certificate authority() {
        return authority.certificate();
    }

    /** For {@code localhost} and {@code 127.0.0.1}. */
    public Identity server() {
        return make("CN=localhost", authority, KeyPurposeId.id_kp_serverAuth, Duration.ofDays(1));
    }

    /** As {@link #server}, with an RSA key. */
    public Identity rsaServer() {
        return make(
                "CN=localhost",
                authority,
                KeyPurposeId.id_kp_serverAuth,
                Duration.ofDays(1),
                newKeys("RSA"),
                new GeneralName(GeneralName.dNSName, "localhost"));
    }

    /** A device named by alternative names of its subject. */
    public Identity device(String subject, GeneralName... names) {
        return make(subject, authority, KeyPurposeId.id_kp_clientAuth, Duration.ofDays(1), newKeys("EC"), names);
    }

    public Identity device(String subject) {
        return make(subject, authority, KeyPurposeId.id_kp_clientAuth, Duration.ofDays(1));
    }

    /** As {@link #device}, but meant for servers. */
    public Identity forServersOnly(String subject) {
        return make(subject, authority, KeyPurposeId.id_kp_serverAuth, Duration.ofDays(1));
    }

    public Identity expired(String subject) {
        return make(subject, authority, KeyPurposeId.id_kp_clientAuth, Duration.ofHours(-1));
    }

    /** Signed by nobody else. */
    public static Identity selfSigned(String subject) {
        return make(subject, null, KeyPurposeId.id_kp_clientAuth, Duration.ofDays(1));
    }

    private static KeyPair newKeys(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("can't make keys", e);
        }
    }

    private static Identity make(
            String subject, @Nullable Identity issuer, @Nullable KeyPurposeId use, Duration validFor) {
        return make(
                subject,
                issuer,
                use,
                validFor,
                newKeys("EC"),
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    }

    private static Identity make(
            String subject,
            @Nullable Identity issuer,
            @Nullable KeyPurposeId use,
            Duration validFor,
            KeyPair pair,
            GeneralName... names) {
        try {
            Instant now = Instant.now();
            X500Name issuedBy = new X500Name(
                    issuer == null
                            ? subject
                            : issuer.certificate().getSubjectX500Principal().getName());
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            issuedBy,
                            BigInteger.valueOf(SERIALS.getAndIncrement()),
                            Date.from(now.minus(Duration.ofDays(1))),
                            Date.from(now.plus(validFor)),
                            new X500Name(subject),
                            pair.getPublic())
                    .addExtension(
                            Extension.basicConstraints, true, new BasicConstraints(issuer == null && use == null));
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            if (use != null) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(use));
            }
            PrivateKey signer = issuer == null ? pair.getPrivate() : issuer.key();
            return new Identity(
                    new JcaX509CertificateConverter()
                            .getCertificate(
                                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer))),
                    pair.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("can't make a certificate for " + subject, e);
        }
    }

    /** PEM of a certificate, or whatever else has a PEM form. */
    public static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
