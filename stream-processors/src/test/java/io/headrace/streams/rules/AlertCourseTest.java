package io.headrace.streams.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.streams.rules.AlertCourse.Stage;
import io.headrace.streams.rules.AlertCourse.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertCourseTest {
    /** H holds, c clears, b between; one letter a second. Of the courses R is raised, P pending, q quiet. */
    @ParameterizedTest
    @CsvSource({
        "0, cHHc, qRRq",
        "0, HbbcH, RRRqR",
        "0, bbb, qqq",
        "2, HHHH, PPRR",
        "2, HHcHHH, PPqPPR",
        "2, HbHHH, PqPPR",
        "2, HHHbbc, PPRRRq",
    })
    void anAlertIsRaisedWhenItsConditionHeldLongEnoughAndClearedOnce(int forSeconds, String verdicts, String stages) {
        // Given
        AlertCourse course = AlertCourse.NEW;
        StringBuilder seen = new StringBuilder();

        // When
        for (int second = 0; second < verdicts.length(); second++) {
            course = course.plus(verdict(verdicts.charAt(second)), second * 1_000_000L, forSeconds * 1_000_000L);
            seen.append(letter(course.stage()));
        }

        // Then
        assertThat(seen).hasToString(stages);
    }

    @Test
    void aReadingOutOfOrderChangesNothing() {
        AlertCourse raised = AlertCourse.NEW.plus(Verdict.HOLDS, 10, 0);

        assertThat(raised.plus(Verdict.CLEARS, 9, 0)).isSameAs(raised);
        assertThat(AlertCourse.NEW
                        .plus(Verdict.CLEARS, 10, 0)
                        .plus(Verdict.HOLDS, 9, 0)
                        .stage())
                .isEqualTo(Stage.QUIET);
    }

    @Test
    void theStepsThatRaiseAndClearAreSeenOnce() {
        AlertCourse raised = AlertCourse.NEW.plus(Verdict.HOLDS, 1, 0);
        AlertCourse still = raised.plus(Verdict.HOLDS, 2, 0);
        AlertCourse cleared = still.plus(Verdict.CLEARS, 3, 0);

        assertThat(raised.raisedAfter(AlertCourse.NEW)).isTrue();
        assertThat(still.raisedAfter(raised)).isFalse();
        assertThat(cleared.clearedAfter(still)).isTrue();
        assertThat(cleared.plus(Verdict.CLEARS, 4, 0).clearedAfter(cleared)).isFalse();
    }

    @Test
    void stateIsReadAsItWasWritten() {
        var serde = AlertCourseSerde.serde();
        for (Verdict verdict : Verdict.values()) {
            AlertCourse course = AlertCourse.NEW.plus(verdict, 1_767_323_045_678_901L, 5);
            assertThat(serde.deserializer().deserialize("t", serde.serializer().serialize("t", course)))
                    .isEqualTo(course);
        }
    }

    private static Verdict verdict(char letter) {
        return switch (letter) {
            case 'H' -> Verdict.HOLDS;
            case 'c' -> Verdict.CLEARS;
            default -> Verdict.BETWEEN;
        };
    }

    private static char letter(Stage stage) {
        return switch (stage) {
            case QUIET -> 'q';
            case PENDING -> 'P';
            case RAISED -> 'R';
        };
    }
}
