package io.headrace.sinks.email;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.record.ActionEvent;
import io.headrace.record.Notification;
import io.headrace.sinks.SinkRecords;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What people read. */
class MailTextTest {
    private static final EmailConfig CONFIG =
            new EmailConfig(Map.of("smtp.host", "mail.example", "sender", "Headrace <hr@x.example>"));

    private final SinkRecords records = new SinkRecords();
    private final MailText text = new MailText(ZoneId.of("Europe/Berlin"), Optional.of("https://console.example"));

    private Told told(Notification.Builder notification) {
        return Told.of(records.of(CATALOGUE.notifications(), 0, 1, notification.build()));
    }

    @Test
    void anAlertSaysWhatWhereHowMuchAndSinceWhen() {
        List<Told> one = List.of(told(Notifications.of(7, "a@x.example").setTo(List.of("a@x.example", "b@x.example"))));

        assertThat(text.subject(one)).isEqualTo("[CRITICAL] press-7: temperature is 93.2, above 80");
        assertThat(text.body(one).replace("\r\n", "\n")).isEqualTo("""
                temperature is 93.2, above 80

                State:     raised (critical)
                Device:    press-7
                Value:     temperature 93.2
                Before:    78.5, 85.0
                Since:     4 Mar 2026, 13:00:00 CET
                Rule:      hot
                Alert:     hot/press-7/1
                Told:      a@x.example, b@x.example

                Console: https://console.example
                Sent by Headrace, because a rule names this address.
                """);
    }

    @Test
    void theEndOfAnAlertSaysHowLongItStood() {
        List<Told> one = List.of(told(Notifications.of(7, "a@x.example")
                .setState(ActionEvent.CLEARED)
                .setClearedAt(NOON.plusSeconds(4_320))
                .setAcknowledgedBy("ann")));

        assertThat(text.subject(one)).startsWith("[cleared] press-7: ");
        assertThat(text.body(one)).contains("Until:     4 Mar 2026, 14:12:00 CET, after 1 h 12 min", "Seen by:   ann");
    }

    @Test
    void whatIsForetoldHasItsTimeAndItsInterval() {
        Notification.Builder foretold = Notifications.of(7, "a@x.example")
                .setForecastAt(NOON.plusSeconds(7_200))
                .setForecastEarliest(NOON.plusSeconds(3_600));

        assertThat(text.body(List.of(told(foretold))))
                .contains("Expected:  4 Mar 2026, 15:00:00 CET, between 4 Mar 2026, 14:00:00 CET and some time that is"
                        + " unknown\r\n");
        assertThat(text.body(List.of(told(foretold.setForecastLatest(NOON.plusSeconds(10_800))))))
                .contains("and 4 Mar 2026, 16:00:00 CET\r\n");
    }

    @Test
    void aGroupsAlertNamesItsDevices() {
        List<Told> one = List.of(told(Notifications.of(7, "a@x.example")
                .setGroup("site/north")
                .setMemberCount(50)
                .setMembers(List.of("p1", "p2"))));

        assertThat(text.body(one)).contains("Devices:   50: p1, p2 …");
    }

    @Test
    void manyAreOneLineEach() {
        List<Told> many = List.of(
                told(Notifications.of(1, "a@x.example")),
                told(Notifications.of(2, "a@x.example").setState(ActionEvent.ESCALATED)),
                told(Notifications.of(2, "a@x.example")
                        .setState(ActionEvent.CLEARED)
                        .setClearedAt(NOON.plusSeconds(60))));

        assertThat(text.subject(many)).isEqualTo("3 alerts of 2 devices: 1 CRITICAL, 1 CRITICAL, escalated, 1 cleared");
        assertThat(text.body(many))
                .contains(
                        "13:00:00  CRITICAL     press-1: temperature is 93.2, above 80 (hot)\r\n",
                        "13:01:00  cleared      press-2: ");
    }

    @Test
    void theMailIsTheSameEachTimeAndNobodyWritesAHeaderOfItsOwn() throws Exception {
        // Given
        List<Told> one = List.of(told(Notifications.of(7, "a@x.example")
                .setSubject("Überhitzt\r\nBcc: everybody@x.example")
                .setMessage("hot\r\n\r\n.\r\nRCPT TO:<x@x.example>")));

        // When
        MimeMessage read = read(bytes(one));

        // Then
        assertThat(bytes(one)).isEqualTo(bytes(one));
        assertThat(read.getSubject()).isEqualTo("Überhitzt Bcc: everybody@x.example");
        assertThat(read.getHeader("Bcc")).isNull();
        assertThat(read.getMessageID()).matches("<[0-9a-f]{32}@x\\.example>");
        assertThat(read.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(read.getAllRecipients()).hasSize(1);
        assertThat(String.valueOf(read.getContent())).startsWith("hot . RCPT TO:<x@x.example>\r\n");
    }

    private byte[] bytes(List<Told> all) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Mail.of(Session.getInstance(new Properties()), CONFIG, text, all).writeTo(out);
        return out.toByteArray();
    }

    private static MimeMessage read(byte[] bytes) throws Exception {
        return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(bytes));
    }

    @Test
    void aSubjectIsNoLongerThanAPersonReads() {
        List<Told> one = List.of(told(Notifications.of(7, "a@x.example").setMessage("x".repeat(500))));

        assertThat(text.subject(one)).hasSize(200).endsWith("…");
        assertThat(text.body(one).getBytes(StandardCharsets.UTF_8)).hasSizeGreaterThan(500);
    }

    @Test
    void timesAreInWords() {
        assertThat(MailText.inWords(Duration.ofSeconds(42))).isEqualTo("42 s");
        assertThat(MailText.inWords(Duration.ofSeconds(60))).isEqualTo("1 min");
        assertThat(MailText.inWords(Duration.ofSeconds(3_661))).isEqualTo("1 h 1 min");
        assertThat(MailText.inWords(Duration.ofDays(2).plusHours(3))).isEqualTo("2 d 3 h");
    }
}
