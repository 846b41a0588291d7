package io.headrace.standalone;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of this installation's own, and a server certificate that it signs: ECDSA on P-256, in PEM.
 * {@code ca.pem} is what devices are given to trust. The authority is made once and kept; the server certificate is
 * made again when its names change or it is about to expire.
 */
final class OwnCertificates {
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration SERVER_LIFE = Duration.ofDays(397);
    private static final Duration RENEW_BEFORE = Duration.ofDays(60);
    private static final String ALGORITHM = "SHA256withECDSA";

    private final Path folder;
    private final Clock clock;

    OwnCertificates(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    Path authority() {
        return folder.resolve("ca.pem");
    }

    /** The server certificate, then the authority's. */
    Path server() {
        return folder.resolve("server.pem");
    }

    /** PKCS #8, not encrypted, readable by its owner only. */
    Path serverKey() {
        return folder.resolve("server-key.pem");
    }

    private Path authorityKey() {
        return folder.resolve("ca-key.pem");
    }

    /**
     * Makes what isn't there or no longer fits.
     *
     * @param names DNS names and IP addresses that devices may call the server by
     * @throws IllegalStateException where a file is damaged: deleting the folder makes everything new
     */
    void prepare(Collection<String> names) {
        try {
            if (!Files.exists(authority()) || !Files.exists(authorityKey())) {
                makeAuthority();
            }
            if (!Files.exists(server()) || !Files.exists(serverKey()) || !fits(names)) {
                makeServer(names);
            }
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("the certificates in " + folder + " can't be made or read: " + e, e);
        }
    }

    private void makeAuthority() throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPair keys = newKeys();
        X500Name name = new X500Name("CN=Headrace standalone CA " + Long.toHexString(new SecureRandom().nextLong()));
        X509v3CertificateBuilder builder = builder(name, name, keys, AUTHORITY_LIFE);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
        DataFolder.writeSecret(authorityKey(), pem(new JcaPKCS8Generator(keys.getPrivate(), null)));
        Files.writeString(authority(), pem(signed(builder, keys.getPrivate())));
    }

    private void makeServer(Collection<String> names)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        X509Certificate authority = readCertificate(authority());
        KeyPair keys = newKeys();
        X500Name issuer = new X500Name(authority.getSubjectX500Principal().getName());
        X509v3CertificateBuilder builder = builder(issuer, new X500Name("CN=headrace"), keys, SERVER_LIFE);
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(keys.getPublic()));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(authority));
        builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
        DataFolder.writeSecret(serverKey(), pem(new JcaPKCS8Generator(keys.getPrivate(), null)));
        X509Certificate certificate = signed(builder, readKey(authorityKey()));
        Files.writeString(server(), pem(certificate) + pem(authority));
    }

    private boolean fits(Collection<String> names) throws IOException, GeneralSecurityException {
        X509Certificate certificate = readCertificate(server());
        Instant end = certificate.getNotAfter().toInstant();
        if (end.isBefore(clock.instant().plus(RENEW_BEFORE))) {
            return false;
        }
        certificate.verify(readCertificate(authority()).getPublicKey());
        Set<String> has = new HashSet<>();
        for (List<?> name : certificate.getSubjectAlternativeNames()) {
            has.add(String.valueOf(name.get(1)));
        }
        return has.equals(new HashSet<>(normalised(names)));
    }

    private static List<String> normalised(Collection<String> names) throws IOException {
        List<String> all = new ArrayList<>();
        for (String name : names) {
            all.add(isAddress(name) ? InetAddress.getByName(name).getHostAddress() : name);
        }
        return all;
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    }

    private static GeneralNames alternativeNames(Collection<String> names) {
        return new GeneralNames(names.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    private X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair keys, Duration life) {
        // an hour back: a device's clock may be a little slow
        Instant from = clock.instant().minus(Duration.ofHours(1));
        BigInteger serial = new BigInteger(126, new SecureRandom()).setBit(126);
        return new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(from), Date.from(from.plus(life)), subject, keys.getPublic());
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(ALGORITHM).build(key)));
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    private static X509Certificate readCertificate(Path file) throws IOException, GeneralSecurityException {
        if (read(file) instanceof X509CertificateHolder holder) {
            return new JcaX509CertificateConverter().getCertificate(holder);
        }
        throw new IOException(file + " holds no certificate");
    }

    private static PrivateKey readKey(Path file) throws IOException {
        if (read(file) instanceof PrivateKeyInfo key) {
            return new JcaPEMKeyConverter().getPrivateKey(key);
        }
        throw new IOException(file + " holds no private key");
    }

    private static Object read(Path file) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
            Object first = parser.readObject();
            if (first == null) {
                throw new IOException(file + " is empty");
            }
            return first;
        }
    }
}
