package io.headrace.gateway.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.DeviceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final DeviceId DEVICE = new DeviceId("d1");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long NOW = 1_000_000;

    private final Sessions sessions = new Sessions(2);
    private final List<String> takenOver = new ArrayList<>();

    @Test
    void findsASessionThatWasKept() {
        Sessions.Claim first = claim("a", false, NOW).join();
        first.state().subscribe("commands/d1", new SessionState.Granted(1, 0));
        sessions.release(first, HOUR, null, NOW);

        Sessions.Claim second = claim("b", false, NOW + HOUR.toMillis() - 1).join();

        assertThat(second.isPresent()).isTrue();
        assertThat(second.state()).isSameAs(first.state());
        assertThat(sessions.idle()).isZero();
    }

    @Test
    void forgetsASessionThatExpired() {
        sessions.release(claim("a", false, NOW).join(), HOUR, null, NOW);

        assertThat(claim("b", false, NOW + HOUR.toMillis()).join().isPresent()).isFalse();
    }

    @Test
    void forgetsASessionOnACleanStart() {
        sessions.release(claim("a", false, NOW).join(), HOUR, null, NOW);

        assertThat(claim("b", true, NOW).join().isPresent()).isFalse();
    }

    @Test
    void keepsNothingThatWasNotToBeKept() {
        sessions.release(claim("a", false, NOW).join(), Duration.ZERO, null, NOW);

        assertThat(sessions.idle()).isZero();
        assertThat(claim("b", false, NOW).join().isPresent()).isFalse();
    }

    @Test
    void grantsATakeOverOnceTheOlderConnectionHasLetGo() {
        Sessions.Claim older = claim("a", false, NOW).join();
        CompletableFuture<Sessions.Claim> newer = claim("b", false, NOW);
        assertThat(takenOver).containsExactly("a");
        assertThat(newer).isNotDone();

        sessions.release(older, HOUR, null, NOW);

        assertThat(newer).isDone();
        assertThat(newer.join().state()).isSameAs(older.state());
        assertThat(newer.join().isPresent()).isTrue();
    }

    @Test
    void aConnectionThatIsTakenOverWhileItWaitsPassesTheSessionOn() {
        Sessions.Claim first = claim("a", false, NOW).join();
        CompletableFuture<Sessions.Claim> second = claim("b", false, NOW);
        CompletableFuture<Sessions.Claim> third = claim("c", false, NOW);
        assertThat(takenOver).containsExactly("a", "b");

        sessions.release(first, HOUR, null, NOW);
        sessions.abandon(second.join(), NOW);

        assertThat(third.join().isPresent()).isTrue();
        assertThat(third.join().state()).isSameAs(first.state());
    }

    @Test
    void keepsNoMoreIdleSessionsThanItsLimit() {
        for (int i = 0; i < 3; i++) {
            Sessions.Claim claim = sessions.claim(new DeviceId("d" + i), () -> {}, false, NOW)
                    .orElseThrow()
                    .toCompletableFuture()
                    .join();
            sessions.release(claim, HOUR, null, NOW);
        }

        assertThat(sessions.idle()).isEqualTo(2);
        assertThat(sessions.claim(new DeviceId("d0"), () -> {}, false, NOW)
                        .orElseThrow()
                        .toCompletableFuture()
                        .join()
                        .isPresent())
                .isFalse();
    }

    @Test
    void boundsHowOftenConnectionsTakeOverFromEachOther() {
        claim("first", false, NOW);
        int granted = 0;
        while (sessions.claim(DEVICE, () -> takenOver.add("again"), false, NOW).isPresent()) {
            granted++;
        }
        assertThat(granted).isEqualTo(10);
        assertThat(sessions.claim(DEVICE, () -> {}, false, NOW + 5_999)).isEmpty();

        assertThat(sessions.claim(DEVICE, () -> {}, false, NOW + 6_000)).isPresent();
        assertThat(sessions.claim(DEVICE, () -> {}, false, NOW + 6_000)).isEmpty();
        assertThat(sessions.claim(DEVICE, () -> {}, false, NOW + 3_600_000)).isPresent();
    }

    @Test
    void forgetsAWaitingWillWhenItsSessionGoesOn() {
        Will will = new Will();
        sessions.release(claim("a", false, NOW).join(), HOUR, will, NOW);

        claim("b", false, NOW + 1);

        assertThat(will.calls).containsExactly("resumed");
    }

    @Test
    void endsAWaitingWillWithItsSession() {
        Will cleaned = new Will();
        sessions.release(claim("a", false, NOW).join(), HOUR, cleaned, NOW);
        claim("b", true, NOW + 1);
        Will expired = new Will();
        Sessions other = new Sessions(2);
        other.release(
                other.claim(DEVICE, () -> {}, false, NOW)
                        .orElseThrow()
                        .toCompletableFuture()
                        .join(),
                HOUR,
                expired,
                NOW);
        other.claim(DEVICE, () -> {}, false, NOW + HOUR.toMillis());

        assertThat(cleaned.calls).containsExactly("ended");
        assertThat(expired.calls).containsExactly("ended");
    }

    @Test
    void endsTheWaitingWillOfASessionThatHasNoRoom() {
        Sessions none = new Sessions(0);
        Will will = new Will();

        none.release(
                none.claim(DEVICE, () -> {}, false, NOW)
                        .orElseThrow()
                        .toCompletableFuture()
                        .join(),
                HOUR,
                will,
                NOW);

        assertThat(will.calls).containsExactly("ended");
        assertThat(none.idle()).isZero();
    }

    private static final class Will implements Sessions.WaitingWill {
        private final List<String> calls = new ArrayList<>();

        @Override
        public void sessionEnded() {
            calls.add("ended");
        }

        @Override
        public void sessionResumed() {
            calls.add("resumed");
        }
    }

    private CompletableFuture<Sessions.Claim> claim(String holder, boolean cleanStart, long now) {
        return sessions.claim(DEVICE, () -> takenOver.add(holder), cleanStart, now)
                .orElseThrow()
                .toCompletableFuture();
    }
}
