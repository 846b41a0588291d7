package io.headrace.sinks.email;

import static io.headrace.sinks.SinkRecords.CATALOGUE;
import static io.headrace.sinks.SinkRecords.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.sinks.SinkRecords;
import io.headrace.sinks.email.MailServer.Answer;
import io.headrace.sinks.refused.DeadLetters;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** What is sent when, with a server that answers as each test says, and a clock that the test moves. */
class OutboxTest {
    private static final TopicPartition ZERO = new TopicPartition(Notifications.topic(), 0);

    private final SinkRecords records = new SinkRecords();
    private final List<String> sent = new ArrayList<>();
    private final Map<Long, String> dead = new TreeMap<>();
    private Duration later = Duration.ofMinutes(1);
    private BiFunction<String, String, Answer> server = (address, subject) -> new Answer.Sent();
    private Outbox outbox = outbox(Map.of());

    @SuppressWarnings("NullAway") // Connect isn't annotated: its futures of nothing complete with null
    private Outbox outbox(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("smtp.host", "mail.example", "sender", "hr@x.example"));
        all.putAll(settings);
        InstantSource moving = () -> NOON.plus(later);
        Clock clock = moving.withZone(ZoneOffset.UTC);
        DeadLetters letters = new DeadLetters((record, why) -> {
            assertThat(dead.put(record.originalKafkaOffset(), why.getMessage())).isNull();
            return CompletableFuture.completedFuture(null);
        });
        return new Outbox(new EmailConfig(all), new ScriptedServer(), letters, clock);
    }

    private final class ScriptedServer implements MailServer {
        @Override
        public Connection connection() {
            return new Connection() {
                @Override
                public Answer send(MimeMessage mail, String address) {
                    try {
                        Answer answer = server.apply(address, mail.getSubject());
                        if (answer instanceof Answer.Sent) {
                            sent.add(address + " " + mail.getSubject());
                        }
                        return answer;
                    } catch (MessagingException e) {
                        throw new IllegalStateException(e);
                    }
                }

                @Override
                public void close() {
                    // nothing is open
                }
            };
        }
    }

    private void add(int number, String address) {
        outbox.add(record(number, address));
    }

    private SinkRecord record(int number, String address) {
        return records.of(
                CATALOGUE.notifications(),
                0,
                number,
                Notifications.of(number, address).build());
    }

    private void pass(Duration time) {
        later = later.plus(time);
        outbox.deliver();
    }

    @Test
    void aNotificationIsAMailAndItsOffsetIsFreeThen() {
        add(7, "a@x.example");
        assertThat(outbox.firstOffsets()).containsExactly(Map.entry(ZERO, 7L));

        outbox.deliver();

        assertThat(sent).containsExactly("a@x.example [CRITICAL] press-7: temperature is 93.2, above 80");
        assertThat(outbox.firstOffsets()).isEmpty();
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void tenThousandAlertsAreAFewMails() {
        for (int i = 0; i < 10_000; i++) {
            add(i, "a@x.example");
        }
        outbox.deliver();
        assertThat(sent).hasSize(5);
        assertThat(outbox.pause()).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(61));

        for (int minute = 0; minute < 3; minute++) {
            pass(Duration.ofMinutes(1).plusMillis(1));
        }

        assertThat(sent).hasSize(6);
        assertThat(sent.get(4)).startsWith("a@x.example 5000 alerts of 5000 devices: 5000 CRITICAL");
        assertThat(sent.get(5)).startsWith("a@x.example 4996 alerts");
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void oneAddressesFloodIsNoneOfTheOthers() {
        for (int i = 0; i < 100; i++) {
            add(i, "a@x.example");
        }
        outbox.deliver();
        add(100, "a@x.example");
        add(101, "b@x.example");
        outbox.deliver();

        assertThat(sent.get(sent.size() - 1)).startsWith("b@x.example [CRITICAL] press-101");
        assertThat(outbox.firstOffsets()).containsExactly(Map.entry(ZERO, 100L));
    }

    @Test
    void anAddressThatIsPutOffWaitsAloneAndGetsItLater() {
        // Given
        server =
                (address, subject) -> address.startsWith("a") ? new Answer.PutOff("450 greylisted") : new Answer.Sent();
        add(1, "a@x.example");
        add(2, "b@x.example");

        // When
        outbox.deliver();
        assertThat(sent).singleElement().asString().startsWith("b@x.example");
        assertThat(outbox.firstOffsets()).containsExactly(Map.entry(ZERO, 1L));
        server = (address, subject) -> new Answer.Sent();
        pass(Duration.ofSeconds(2));

        // Then
        assertThat(sent.get(1)).startsWith("a@x.example [CRITICAL] press-1");
        assertThat(dead).isEmpty();
    }

    @Test
    void anAddressThatIsPutOffForADayIsGivenUp() {
        server = (address, subject) -> new Answer.PutOff("452 mailbox full");
        add(1, "a@x.example");
        for (int hour = 0; hour < 25; hour++) {
            pass(Duration.ofHours(1));
        }

        assertThat(dead).containsExactly(Map.entry(1L, "REJECTED_BY_TARGET: given up: 452 mailbox full"));
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void anAddressThatIsRefusedCostsItsOwnNotificationsAlone() {
        server = (address, subject) ->
                address.startsWith("a") ? new Answer.Refused("550 no such user") : new Answer.Sent();
        add(1, "a@x.example");
        add(2, "b@x.example");
        outbox.deliver();

        assertThat(dead).containsExactly(Map.entry(1L, "REJECTED_BY_TARGET: 550 no such user"));
        assertThat(sent).singleElement().asString().startsWith("b@x.example");
        assertThat(outbox.firstOffsets()).isEmpty();
    }

    @Test
    void whileTheServerIsAwayNothingIsLostAndATryIsOneMail() {
        // Given
        List<String> tries = new ArrayList<>();
        server = (address, subject) -> {
            tries.add(address);
            return new Answer.Away("connection refused");
        };
        add(1, "a@x.example");
        add(2, "b@x.example");

        // When
        outbox.deliver();
        outbox.deliver();
        assertThat(tries).hasSize(1);
        for (int day = 0; day < 10; day++) {
            pass(Duration.ofDays(1));
        }
        assertThat(tries).hasSize(11);
        assertThat(outbox.pause()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
        server = (address, subject) -> new Answer.Sent();
        pass(Duration.ofMinutes(2));

        // Then
        assertThat(sent).hasSize(2);
        assertThat(dead).isEmpty();
    }

    @Test
    void whatIsNoNotificationIsADeadLetterAndATombstoneIsNothing() {
        outbox.add(new SinkRecord("t", 0, null, "k", null, "text", 1));
        outbox.add(new SinkRecord("t", 0, null, "k", null, null, 2));
        outbox.add(new SinkRecord("t", 0, null, "k", null, Map.of("id", "x"), 3));
        outbox.add(record(4, "a@x.example\r\nBcc: everybody@x.example"));
        outbox.add(record(5, "nobody"));
        outbox.deliver();

        assertThat(dead.keySet()).containsExactly(1L, 3L, 4L, 5L);
        assertThat(dead.values()).allMatch(why -> why.startsWith("UNEXPECTED_SHAPE: "));
        assertThat(sent).isEmpty();
    }

    @Test
    void whenAPartitionGoesToAnotherTaskItsMailsDo() {
        server = (address, subject) -> new Answer.Away("down");
        add(1, "a@x.example");
        outbox.deliver();

        outbox.drop(List.of(ZERO));

        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.firstOffsets()).isEmpty();
    }

    @Test
    void thereIsRoomForSoManyAndForOneBatchAnyway() {
        assertThat(outbox.hasRoomFor(50_000)).isTrue();
        add(1, "a@x.example");
        assertThat(outbox.hasRoomFor(19_999)).isTrue();
        assertThat(outbox.hasRoomFor(20_000)).isFalse();
    }
}
