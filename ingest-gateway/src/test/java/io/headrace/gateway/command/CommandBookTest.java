package io.headrace.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.command.Commands.Answered;
import io.headrace.gateway.command.Commands.Line;
import io.headrace.gateway.ingest.NotStoredException;
import io.headrace.record.CommandStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CommandBookTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final DeviceId D1 = new DeviceId("d1");
    private static final DeviceId D2 = new DeviceId("d2");

    private final InMemoryCommands commands = new InMemoryCommands(NOW);

    @Test
    void aLineIsOfferedWhatWaitsAndThenEachCommandAsItComesInTheirOrder() {
        commands.make("d1", "a").make("d2", "other").make("d1", "b");
        AtomicInteger calls = new AtomicInteger();

        Line line = commands.open(D1, "mqtt/5", calls::incrementAndGet);

        assertThat(all(line)).containsExactly("a", "b");
        assertThat(calls).hasValue(0);
        commands.make("d1", "c");
        assertThat(calls).hasValue(1);
        assertThat(all(line)).containsExactly("c");
    }

    @Test
    void whatIsNotAnsweredIsOfferedToTheNextLineDeliveredOrNot() {
        commands.make("d1", "a").make("d1", "b").make("d1", "c");
        try (Line first = commands.open(D1, "mqtt/5", () -> {})) {
            Command a = first.next().orElseThrow();
            first.delivered(a);
            first.next();
        }
        answer("b", true);

        Line second = commands.open(D1, "http", () -> {});

        assertThat(all(second)).containsExactly("a", "c");
        assertThat(commands.results()).containsExactly("a DELIVERED", "b SUCCEEDED");
    }

    @Test
    void theFirstAnswerIsTheResultAndTheSecondIsHarmless() {
        commands.make("d1", "a");
        commands.holdAnswers();
        CompletableFuture<Answered> first = answer("a", false);
        CompletableFuture<Answered> second = answer("a", true);
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();

        commands.answerAll();

        assertThat(first.join()).isEqualTo(Answered.STORED);
        assertThat(second.join()).isEqualTo(Answered.AGAIN);
        assertThat(answer("a", true).join()).isEqualTo(Answered.AGAIN);
        assertThat(commands.results()).containsExactly("a FAILED");
    }

    @Test
    void anAnswerThatIsNotStoredMayComeAgain() {
        commands.make("d1", "a");
        commands.holdAnswers();
        CompletableFuture<Answered> lost = answer("a", true);

        commands.failAll();

        assertThatThrownBy(lost::join).hasCauseInstanceOf(NotStoredException.class);
        commands.answerAll();
        assertThat(answer("a", true).join()).isEqualTo(Answered.STORED);
    }

    @Test
    void aDeviceCanAnswerItsOwnCommandsOnly() {
        commands.make("d1", "a");

        assertThat(commands.answer(D2, "a", said(true), "mqtt/5")
                        .toCompletableFuture()
                        .join())
                .isEqualTo(Answered.UNKNOWN);
        assertThat(answer("none", true).join()).isEqualTo(Answered.UNKNOWN);
        assertThat(commands.results()).isEmpty();
        assertThat(answer("a", true).join()).isEqualTo(Answered.STORED);
    }

    @Test
    void aCommandThatIsNotAnsweredExpiresOnce() {
        commands.make("d1", "a", "{}", Duration.ofSeconds(10)).make("d1", "b", "{}", Duration.ofSeconds(10));
        Line line = commands.open(D1, "mqtt/5", () -> {});
        line.delivered(line.next().orElseThrow());
        commands.book().read(D1, "a", CommandStatus.DELIVERED);

        commands.after(Duration.ofSeconds(10));
        assertThat(line.next()).isEmpty();
        assertThat(commands.results()).containsExactly("a DELIVERED");
        commands.after(Duration.ofSeconds(2)).after(Duration.ofSeconds(2));

        assertThat(commands.results()).containsExactly("a DELIVERED", "a EXPIRED", "b EXPIRED");
        assertThat(commands.lastResult().getDetail()).isEqualTo("it could not be delivered in time");
        assertThat(answer("a", true).join()).isEqualTo(Answered.AGAIN);
        assertThat(commands.results()).hasSize(3);
    }

    @Test
    void anExpiryThatIsNotStoredIsTriedAgain() {
        commands.make("d1", "a", "{}", Duration.ofSeconds(10)).holdAnswers();
        commands.after(Duration.ofSeconds(12));
        commands.failAll();
        commands.answerAll();
        assertThat(commands.results()).isEmpty();

        commands.after(Duration.ofSeconds(1));

        assertThat(commands.results()).containsExactly("a EXPIRED");
    }

    @Test
    void onlyTheOwnerOfItsPartitionLetsACommandExpire() {
        commands.owns(1, 2).make("d1", "a", "{}", Duration.ofSeconds(10));

        commands.after(Duration.ofSeconds(60));
        assertThat(commands.results()).isEmpty();
        commands.owns(0, 1).after(Duration.ofSeconds(1));

        assertThat(commands.results()).containsExactly("a EXPIRED");
    }

    @Test
    void whatNobodyEndsIsForgottenAtLast() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        InMemoryCommands some = new InMemoryCommands(NOW, InMemoryCommands.CONFIG, meters);
        some.book().complete();
        some.owns().make("d1", "a", "{}", Duration.ofSeconds(10)).after(Duration.ofMinutes(11));

        assertThat(some.results()).isEmpty();
        assertThat(meters.get("headrace.gateway.command.pending").gauge().value())
                .isZero();
        assertThat(meters.get("headrace.gateway.command.forgotten").counter().count())
                .isOne();
    }

    @Test
    void whatDoesNotFitIsRejectedAndNothingElseIsHarmed() {
        for (int i = 0; i < 12; i++) {
            commands.make("d1", "c" + i);
        }
        commands.make("d2", "big", "x".repeat(65 << 10), Duration.ofMinutes(1));
        commands.make("d2", "small");

        assertThat(commands.results()).containsExactly("c10 REJECTED", "c11 REJECTED", "big REJECTED");
        assertThat(all(commands.open(D1, "mqtt/5", () -> {}))).hasSize(10).doesNotContain("c10");
        assertThat(all(commands.open(D2, "mqtt/5", () -> {}))).containsExactly("small");
        assertThat(answer("c10", true).join()).isEqualTo(Answered.AGAIN);
    }

    @Test
    void allDevicesTogetherHaveOneBudgetThatIsGivenBack() {
        String payload = "x".repeat(60 << 10);
        for (int i = 0; i < 20; i++) {
            commands.make("device-" + i, "c", payload, Duration.ofMinutes(1));
        }
        assertThat(commands.results()).hasSize(4).allMatch(result -> result.endsWith("REJECTED"));

        commands.answer(new DeviceId("device-0"), "c", said(true), "mqtt/5");
        commands.make("late", "c", payload, Duration.ofMinutes(1));

        assertThat(all(commands.open(new DeviceId("late"), "mqtt/5", () -> {}))).containsExactly("c");
    }

    @Test
    void anotherGatewayLeavesTheLastTenthAndTheLastWordToTheOwner() {
        commands.owns(3);
        for (int i = 0; i < 9; i++) {
            commands.make("d1", "c" + i);
        }
        commands.make("d1", "c9");
        assertThat(commands.results()).isEmpty();

        commands.open(D1, "mqtt/5", () -> {});
        commands.make("d1", "c10");

        assertThat(commands.results()).containsExactly("c10 REJECTED");
    }

    @Test
    void whatIsKnownOrOverIsNotTakenAgain() {
        commands.make("d1", "a").make("d1", "a");
        Line line = commands.open(D1, "mqtt/5", () -> {});
        assertThat(all(line)).containsExactly("a");
        answer("a", true);

        commands.make("d1", "a");
        commands.book().read(D1, "early", CommandStatus.SUCCEEDED);
        commands.make("d1", "early");

        assertThat(all(line)).isEmpty();
    }

    @Test
    void nothingIsOfferedRejectedOrUnknownBeforeTheResultsAreRead() {
        InMemoryCommands reading = new InMemoryCommands(NOW, InMemoryCommands.CONFIG, new SimpleMeterRegistry());
        AtomicInteger calls = new AtomicInteger();
        Line line = reading.open(D1, "mqtt/5", calls::incrementAndGet);
        for (int i = 0; i < 12; i++) {
            reading.make("d1", "c" + i);
        }
        reading.book().read(D1, "c10", CommandStatus.SUCCEEDED);
        calls.set(0);
        assertThat(line.next()).isEmpty();
        assertThat(reading.results()).isEmpty();
        assertThat(reading.answer(D1, "c99", said(true), "mqtt/5").toCompletableFuture())
                .isCompletedExceptionally();

        reading.book().complete();

        assertThat(calls).hasValue(1);
        assertThat(reading.results()).containsExactly("c11 REJECTED");
        assertThat(all(line)).hasSize(10);
    }

    @Test
    void aDeviceThatRefusesFailsAndWhatItCannotTakeIsRejected() {
        commands.make("d1", "a").make("d1", "b");
        Line line = commands.open(D1, "mqtt/5", () -> {});

        line.refused(line.next().orElseThrow(), "no");
        line.unfit(line.next().orElseThrow(), "too large");

        assertThat(commands.results()).containsExactly("a FAILED", "b REJECTED");
    }

    private CompletableFuture<Answered> answer(String id, boolean isSuccess) {
        return commands.answer(D1, id, said(isSuccess), "mqtt/5").toCompletableFuture();
    }

    private static Answer said(boolean isSuccess) {
        return Answer.of(isSuccess, "1".getBytes(StandardCharsets.UTF_8), "text/plain");
    }

    private static List<String> all(Line line) {
        List<String> ids = new ArrayList<>();
        for (Optional<Command> next = line.next(); next.isPresent(); next = line.next()) {
            ids.add(next.get().id());
        }
        return ids;
    }
}
