package io.headrace.streams.window.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.streams.window.timeline.WallTime;
import org.junit.jupiter.api.Test;

class MembersTest {
    private static final long SECOND = 1_000_000;
    private static final long NOW = 1_772_323_200_000L;
    private static final long T = NOW * 1_000;
    private static final long IDLE = 120_000;
    private static final long LAG = 600 * SECOND;

    private final Members members = new Members();

    private long watermark(long now) {
        return members.watermark(new WallTime(now, NOW - 10_000_000), IDLE, LAG);
    }

    @Test
    void isAsFarAsTheMemberFurthestBehind() {
        members.observe("a", T, true, NOW);
        members.observe("b", T - 40 * SECOND, true, NOW);
        members.observe("c", T - 10 * SECOND, true, NOW);

        assertThat(watermark(NOW)).isEqualTo(T - 40 * SECOND);
    }

    @Test
    void doesNotWaitForAMemberThatIsSilent() {
        members.observe("a", T, true, NOW);
        members.observe("b", T - 40 * SECOND, true, NOW - IDLE + 1_000);

        assertThat(watermark(NOW)).isEqualTo(T - 40 * SECOND);
        assertThat(watermark(NOW + 1_000)).isEqualTo(T);
        assertThat(watermark(NOW + IDLE)).isEqualTo(Members.NONE);
    }

    @Test
    void isNeitherHeldUpByAClockThatStandsStillNorHurriedByOneThatIsAhead() {
        members.observe("a", T, true, NOW);
        members.observe("b", T - 5 * SECOND, true, NOW);
        members.observe("in 1970", 0, true, NOW);
        members.observe("ahead", T + 299 * SECOND, true, NOW);

        assertThat(watermark(NOW)).isEqualTo(T - 5 * SECOND);
    }

    @Test
    void goesOnWithTwoMembersOneOfWhichBringsABacklog() {
        members.observe("a", T, true, NOW);
        members.observe("backlog", T - 3_600 * SECOND, true, NOW);

        assertThat(watermark(NOW)).isEqualTo(T);
    }

    @Test
    void takesNoTimeFromAClockThatHadToBeCorrected() {
        members.observe("a", T - 60 * SECOND, true, NOW);
        members.observe("wrong", T, false, NOW);

        assertThat(watermark(NOW)).isEqualTo(T - 60 * SECOND);
    }

    @Test
    void isTheSameAfterARestart() {
        // Given
        byte[] a = members.observe("a", T, true, NOW);
        byte[] b = members.observe("b", T - 40 * SECOND, true, NOW);
        byte[] wrong = members.observe("wrong", T, false, NOW);

        // When
        Members loaded = new Members();
        loaded.load("a", a);
        loaded.load("b", b);
        loaded.load("wrong", wrong);

        // Then
        assertThat(loaded.watermark(new WallTime(NOW + 1_000, NOW), IDLE, LAG)).isEqualTo(T - 40 * SECOND);
        assertThat(loaded.removeSilent(new WallTime(NOW + 1_000, NOW), 500))
                .containsExactlyInAnyOrder("a", "b", "wrong");
        assertThat(loaded.isEmpty()).isTrue();
    }

    @Test
    void countsSilenceFromWhenItIsBeingWatched() {
        members.observe("a", T - 40 * SECOND, true, NOW - 10 * IDLE);
        members.observe("b", T, true, NOW);

        assertThat(members.watermark(new WallTime(NOW, NOW - 1_000), IDLE, LAG)).isEqualTo(T - 40 * SECOND);
    }
}
