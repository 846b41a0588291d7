package io.headrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnCertificatesTest {
    private static final List<String> NAMES = List.of("localhost", "127.0.0.1", "::1");

    @TempDir
    Path folder;

    @Test
    void theServerCertificateIsSignedByTheAuthorityAndNamesEveryName() throws Exception {
        OwnCertificates certificates = prepared(NAMES);

        X509Certificate authority = read(certificates.authority());
        X509Certificate server = read(certificates.server());
        server.verify(authority.getPublicKey());
        assertThat(server.getSubjectAlternativeNames().stream().map(name -> String.valueOf(name.get(1))))
                .containsExactlyInAnyOrder("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(server.getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(certificates.serverKey())))
                .isEqualTo("rw-------");
    }

    @Test
    void aRestartKeepsBothCertificates() throws IOException {
        String authority = Files.readString(prepared(NAMES).authority());
        String server = Files.readString(prepared(NAMES).server());

        assertThat(prepared(NAMES).server()).hasContent(server);
        assertThat(prepared(NAMES).authority()).hasContent(authority);
    }

    @Test
    void anotherNameMakesAnotherServerCertificateOfTheSameAuthority() throws Exception {
        String authority = Files.readString(prepared(NAMES).authority());

        OwnCertificates changed = prepared(List.of("localhost", "gateway.example"));

        assertThat(changed.authority()).hasContent(authority);
        assertThat(read(changed.server()).getSubjectAlternativeNames()).hasSize(2);
    }

    @Test
    void aServerCertificateThatIsAboutToExpireIsMadeAgain() throws Exception {
        X509Certificate old = read(prepared(NAMES).server());

        OwnCertificates later = new OwnCertificates(folder, Clock.offset(Clock.systemUTC(), Duration.ofDays(350)));
        later.prepare(NAMES);

        assertThat(read(later.server()).getNotAfter()).isAfter(old.getNotAfter());
    }

    private OwnCertificates prepared(List<String> names) {
        OwnCertificates certificates = new OwnCertificates(folder, Clock.systemUTC());
        certificates.prepare(names);
        return certificates;
    }

    private static X509Certificate read(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
