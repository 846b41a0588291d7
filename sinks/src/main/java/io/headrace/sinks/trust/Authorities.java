package io.headrace.sinks.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Who may have signed the certificate of a server that a sink talks to. */
public final class Authorities {
    /** Of a setting that names a PEM file; null is the JVM's own authorities. */
    public static final ConfigDef.Validator PEM_FILE =
            ConfigDef.LambdaValidator.with((key, file) -> of(key, (String) file), () -> "PEM file");

    private Authorities() {}

    /**
     * Trusts the certificates in a PEM file, and no others.
     *
     * @param key of the setting that names the file
     * @param file null for whom the JVM trusts
     * @throws ConfigException where it can't be read
     */
    public static SSLContext of(String key, @Nullable String file) {
        try {
            return file == null ? SSLContext.getDefault() : in(Path.of(file));
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException(key, file, "can't be read: " + e.getMessage());
        }
    }

    private static SSLContext in(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (all.isEmpty()) {
                throw new IOException("no certificate in it");
            }
            for (Certificate each : all) {
                store.setCertificateEntry("ca-" + store.size(), each);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
