package io.headrace.streams.rules.course;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.streams.rules.check.Verdict;
import io.headrace.streams.rules.course.Course.Stage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CourseTest {
    private static final long SECOND = 1_000_000;
    private static final Terms AT_ONCE = new Terms(0, 0);

    /** H holds, c clears, b between, n nothing, f failed; one letter a second. Of the courses R is raised, P pending, q quiet. */
    @ParameterizedTest
    @CsvSource({
        "0, cHHc, qRRq",
        "0, HbbcH, RRRqR",
        "0, bbb, qqq",
        "0, HnfcH, RRRqR",
        "2, HHHH, PPRR",
        "2, HHcHHH, PPqPPR",
        "2, HbHHH, PqPPR",
        "2, HnHnH, PPRRR",
        "2, HHHbbc, PPRRRq",
    })
    void anAlertIsRaisedWhenItsConditionHeldLongEnoughAndClearedOnce(int forSeconds, String verdicts, String stages) {
        // Given
        Course course = new Course();
        StringBuilder seen = new StringBuilder();

        // When
        for (int second = 0; second < verdicts.length(); second++) {
            course.plus(verdict(verdicts.charAt(second)), second * SECOND, true, new Terms(forSeconds * SECOND, 0));
            seen.append(letter(course.stage));
        }

        // Then
        assertThat(seen).hasToString(stages);
    }

    @Test
    void aReadingOutOfOrderChangesNothing() {
        Course course = new Course();
        course.plus(Verdict.HOLDS, 10, true, AT_ONCE);

        assertThat(course.plus(Verdict.CLEARS, 9, true, AT_ONCE)).isEqualTo(Step.NONE);
        assertThat(course.isRaised()).isTrue();
    }

    @Test
    void outsideItsHoursARuleRaisesNothingAndStillClears() {
        Course course = new Course();

        assertThat(course.plus(Verdict.HOLDS, 1, false, AT_ONCE)).isEqualTo(Step.NONE);
        assertThat(course.plus(Verdict.HOLDS, 2, true, AT_ONCE)).isEqualTo(Step.RAISED);
        assertThat(course.plus(Verdict.HOLDS, 3, false, AT_ONCE)).isEqualTo(Step.NONE);
        assertThat(course.plus(Verdict.CLEARS, 4, false, AT_ONCE)).isEqualTo(Step.CLEARED);
    }

    /** Any hour has at most so many, and what holds beyond that is raised when it may be: it isn't lost. */
    @Test
    void aLimitHoldsBackAndDoesNotSwallow() {
        // Given
        Course course = new Course();
        Terms twice = new Terms(0, 2);
        List<Long> raised = new ArrayList<>();
        List<Integer> heldBack = new ArrayList<>();

        // When: it flaps every minute, and holds for good from the tenth on
        for (int minute = 0; minute < 150; minute++) {
            Verdict verdict = minute % 2 == 0 || minute > 10 ? Verdict.HOLDS : Verdict.CLEARS;
            if (course.plus(verdict, 60L * minute * SECOND, true, twice) == Step.RAISED) {
                raised.add((long) minute);
                heldBack.add(course.heldBack());
            }
        }

        // Then
        assertThat(raised).containsExactly(0L, 2L, 60L);
        assertThat(heldBack).containsExactly(0, 0, 4);
        assertThat(course.episodes()).isEqualTo(3);
    }

    @Test
    void anyHourOfALongCourseKeepsToTheLimit() {
        Course course = new Course();
        Terms terms = new Terms(0, 3);
        java.util.Random random = new java.util.Random(7);
        List<Long> raised = new ArrayList<>();
        long at = 0;
        for (int i = 0; i < 5_000; i++) {
            at += random.nextLong(600) * SECOND;
            Verdict verdict = random.nextBoolean() ? Verdict.HOLDS : Verdict.CLEARS;
            if (course.plus(verdict, at, true, terms) == Step.RAISED) {
                raised.add(at);
            }
        }
        for (int i = 3; i < raised.size(); i++) {
            assertThat(raised.get(i) - raised.get(i - 3)).isGreaterThanOrEqualTo(3_600 * SECOND);
        }
        assertThat(raised).hasSizeGreaterThan(100);
    }

    private static Verdict verdict(char letter) {
        return switch (letter) {
            case 'H' -> Verdict.HOLDS;
            case 'c' -> Verdict.CLEARS;
            case 'n' -> Verdict.NOTHING;
            case 'f' -> Verdict.FAILED;
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
