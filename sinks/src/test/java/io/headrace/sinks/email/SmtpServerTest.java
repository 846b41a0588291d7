package io.headrace.sinks.email;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.headrace.sinks.SinkRecords;
import io.headrace.sinks.email.MailServer.Answer;
import io.headrace.sinks.email.MailServer.Connection;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real servers: GreenMail, and one that answers as a test says. */
class SmtpServerTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path folder;

    private static SSLContext tls;

    private final SinkRecords records = new SinkRecords();

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path store = folder.resolve("server.p12");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=mail",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12");
        keytool("-exportcert", "-rfc", "-file", folder.resolve("ca.pem").toString());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        tls = SSLContext.getInstance("TLS");
        tls.init(factory.getKeyManagers(), null, null);
    }

    private static void keytool(String... options) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-alias", "server", "-keystore", folder.resolve("server.p12").toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    private static EmailConfig config(int port, String... more) {
        Map<String, String> all = new HashMap<>(Map.of(
                "smtp.host", "127.0.0.1",
                "smtp.port", Integer.toString(port),
                "smtp.security", "none",
                "smtp.timeout.ms", "5000",
                "sender", "Headrace <hr@x.example>"));
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return new EmailConfig(all);
    }

    private Answer send(EmailConfig config, String address) throws MessagingException {
        Told told = Told.of(records.of(
                CATALOGUE.notifications(), 0, 1, Notifications.of(7, address).build()));
        MimeMessage mail = Mail.of(
                Session.getInstance(new Properties()),
                config,
                new MailText(ZoneOffset.UTC, Optional.empty()),
                List.of(told));
        try (Connection connection = new SmtpServer(config).connection()) {
            return connection.send(mail, address);
        }
    }

    private static GreenMail greenMail(String protocol) {
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", protocol));
        mail.start();
        return mail;
    }

    @Test
    void aServerHasTheMailAsItWasWritten() throws Exception {
        GreenMail mail = greenMail(ServerSetup.PROTOCOL_SMTP);
        try {
            Answer answer = send(config(mail.getSmtp().getPort()), "a@x.example");

            assertThat(answer).isInstanceOf(Answer.Sent.class);
            MimeMessage[] got = mail.getReceivedMessages();
            assertThat(got).hasSize(1);
            assertThat(got[0].getSubject()).isEqualTo("[CRITICAL] press-7: temperature is 93.2, above 80");
            assertThat(got[0].getFrom()[0]).hasToString("Headrace <hr@x.example>");
            assertThat(got[0].getHeader("Return-Path")[0]).contains("hr@x.example");
            assertThat(String.valueOf(got[0].getContent())).contains("Value:     temperature 93.2");
        } finally {
            mail.stop();
        }
    }

    @Test
    void aServerWithTlsAndAPasswordIsTrustedByItsCertificateAlone() throws Exception {
        System.setProperty(
                "greenmail.tls.keystore.file", folder.resolve("server.p12").toString());
        System.setProperty("greenmail.tls.keystore.password", PASSWORD);
        System.setProperty("greenmail.tls.key.password", PASSWORD);
        GreenMail mail = greenMail(ServerSetup.PROTOCOL_SMTPS);
        try {
            mail.setUser("hr@x.example", "ann", "s3cret");
            int port = mail.getSmtps().getPort();
            String authorities = folder.resolve("ca.pem").toString();
            EmailConfig right = config(
                    port,
                    "smtp.security",
                    "tls",
                    "ca.file",
                    authorities,
                    "smtp.user",
                    "ann",
                    "smtp.password",
                    "s3cret");
            EmailConfig wrongPassword = config(
                    port, "smtp.security", "tls", "ca.file", authorities, "smtp.user", "ann", "smtp.password", "no");

            assertThat(send(right, "a@x.example")).isInstanceOf(Answer.Sent.class);
            assertThat(send(config(port, "smtp.security", "tls"), "a@x.example"))
                    .isInstanceOf(Answer.Away.class);
            assertThat(send(wrongPassword, "a@x.example"))
                    .isInstanceOfSatisfying(
                            Answer.Away.class,
                            away -> assertThat(away.why()).contains("password").doesNotContain("s3cret"));
            assertThat(mail.getReceivedMessages()).hasSize(1);
        } finally {
            mail.stop();
        }
    }

    @Test
    void noMailAndNoPasswordGoesBeforeTheConnectionIsEncrypted() throws Exception {
        try (ScriptedSmtp withTls = new ScriptedSmtp(tls);
                ScriptedSmtp without = new ScriptedSmtp(null)) {
            String[] security = {
                "smtp.security",
                "starttls",
                "ca.file",
                folder.resolve("ca.pem").toString(),
                "smtp.user",
                "ann",
                "smtp.password",
                "s3cret"
            };

            assertThat(send(config(withTls.port(), security), "a@x.example")).isInstanceOf(Answer.Sent.class);
            assertThat(send(config(without.port(), security), "a@x.example")).isInstanceOf(Answer.Away.class);

            assertThat(withTls.heard.subList(0, 3))
                    .extracting(line -> line.split(" ", 2)[0])
                    .containsExactly("EHLO", "STARTTLS", "EHLO");
            assertThat(without.heard).noneMatch(line -> line.startsWith("AUTH") || line.startsWith("MAIL"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RCPT, 550 5.1.1 no such user, Refused",
        "RCPT, 450 4.2.0 greylisted, PutOff",
        "RCPT, 421 closing, Away",
        "DATA, 554 5.7.1 no, Refused",
        "., 552 5.3.4 too large, Refused",
        "., 451 4.3.0 try again, PutOff",
        "MAIL, 550 5.7.1 who are you, Away",
        "MAIL, 451 later, Away",
        "EHLO, 421 busy, Away",
        "CONNECT, 554 not for you, Away",
        "CONNECT, 421 busy, Away",
    })
    void whatItSaysOfTheMailIsTheMailsAndAllElseIsOurs(String when, String says, String answer) throws Exception {
        try (ScriptedSmtp server = new ScriptedSmtp(null)) {
            server.answers.put(when, says);
            if (when.equals("EHLO")) {
                server.answers.put("HELO", says);
            }

            Answer got = send(config(server.port()), "a@x.example");

            assertThat(got.getClass().getSimpleName()).as(got.toString()).isEqualTo(answer);
        }
    }

    @Test
    void aServerThatSaysNothingAndOneThatIsntThereAreAway() throws Exception {
        int port;
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            port = mute.getLocalPort();
            assertThat(send(config(port, "smtp.timeout.ms", "200"), "a@x.example"))
                    .isInstanceOf(Answer.Away.class);
        }
        assertThat(send(config(port), "a@x.example")).isInstanceOf(Answer.Away.class);
    }
}
