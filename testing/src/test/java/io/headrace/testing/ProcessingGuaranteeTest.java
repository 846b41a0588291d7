package io.headrace.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.testing.ProcessingGuarantee.Stored;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProcessingGuaranteeTest {
    private final ProcessingGuarantee guarantee = new ProcessingGuarantee();

    @BeforeEach
    void threeWereSentAndTwoAcknowledged() {
        guarantee.sending("d", 1);
        guarantee.sending("d", 2);
        guarantee.sending("d", 3);
        guarantee.acknowledged("d", 1);
        guarantee.acknowledged("d", 2);
    }

    @Test
    void whatWasAcknowledgedIsEnoughAndWhatWasNotMayBeThere() {
        assertThat(guarantee.brokenBy(List.of(row(1, 10), row(2, 11)))).isEmpty();
        assertThat(guarantee.brokenBy(List.of(row(3, 15), row(2, 11), row(1, 10))))
                .isEmpty();
        assertThat(guarantee.acknowledgedMessages()).isEqualTo(2);
    }

    @Test
    void eachKindOfBreachIsNamed() {
        assertThat(guarantee.brokenBy(List.of(row(1, 10)))).containsExactly("lost: d message 2");
        assertThat(guarantee.brokenBy(List.of(row(1, 10), row(2, 11), row(2, 12))))
                .singleElement()
                .asString()
                .startsWith("twice: ");
        assertThat(guarantee.brokenBy(List.of(row(2, 10), row(1, 11))))
                .singleElement()
                .asString()
                .startsWith("out of order after 2: ");
        assertThat(guarantee.brokenBy(List.of(row(1, 10), row(2, 11), row(9, 12))))
                .singleElement()
                .asString()
                .startsWith("never sent: ");
        assertThat(guarantee.brokenBy(List.of(row(1, 10), new Stored("d", 2, 1, 11))))
                .singleElement()
                .asString()
                .startsWith("on several partitions: ");
    }

    private static Stored row(long number, long offset) {
        return new Stored("d", number, 0, offset);
    }
}
