package io.headrace.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.LedgerPage;
import io.headrace.catalogue.Outcome;
import io.headrace.control.live.LedgerTally.Stretch;
import io.headrace.record.LedgerEntry;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LedgerTallyTest {
    private final LedgerTally tally = new LedgerTally();

    @Test
    void aCompletePageAndABegunOneAreCountedAlike() {
        // Given
        byte[] full = new byte[LedgerPage.SIZE];
        Arrays.fill(full, Outcome.STORED.code());
        Arrays.fill(full, 0, 3, Outcome.DEAD_LETTERED.code());
        Arrays.fill(full, 3, 5, Outcome.DUPLICATE.code());
        full[5] = Outcome.EXPIRED.code();
        full[6] = Outcome.QUARANTINED.code();
        byte[] begun = new byte[LedgerPage.SIZE];
        begun[0] = Outcome.STORED.code();
        begun[2] = Outcome.DUPLICATE.code();

        // When
        page(0, full);
        page(LedgerPage.SIZE, begun);
        Messages messages = tally.of(0, new Stretch(0, LedgerPage.SIZE + 3, LedgerPage.SIZE + 5));

        // Then: of the five of the second page one is missed and two are too young
        assertThat(messages).isEqualTo(new Messages(1_029, 1_018, 3, 3, 1, 1, 2, 1));
    }

    @Test
    void aPageThatFillsUpIsCountedOnce() {
        // Given
        byte[] codes = new byte[LedgerPage.SIZE];
        for (int filled = 0; filled < LedgerPage.SIZE; filled += 100) {
            Arrays.fill(codes, 0, filled, Outcome.STORED.code());
            page(0, codes.clone());
        }
        Arrays.fill(codes, Outcome.STORED.code());

        // When
        page(0, codes);
        page(0, codes);

        // Then
        assertThat(tally.of(0, new Stretch(0, 1_024, 1_024))).isEqualTo(new Messages(1_024, 1_024, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void aPageThatHasNotComeIsPendingOrMissedByItsAge() {
        assertThat(tally.of(3, new Stretch(0, 10, 15))).isEqualTo(new Messages(15, 0, 0, 0, 0, 0, 5, 10));
        assertThat(tally.of(3, new Stretch(0, 0, 0))).isEqualTo(Messages.NONE);
    }

    @Test
    void aPageThatRetentionHasCutIsNotCounted() {
        // Given
        byte[] full = new byte[LedgerPage.SIZE];
        Arrays.fill(full, Outcome.STORED.code());
        page(2L * LedgerPage.SIZE, full);
        page(LedgerPage.SIZE, full);
        page(0, full);

        // When
        Messages messages = tally.of(0, new Stretch(5, 3_072, 3_072));

        // Then
        assertThat(messages.accepted()).isEqualTo(2_048);
        assertThat(messages.stored()).isEqualTo(2_048);
    }

    @Test
    void randomPagesInRandomOrderAddUpToWhatCountingEachByteGives() {
        // Given
        Random random = new Random(11);
        int pages = 40;
        byte[][] codes = new byte[pages][LedgerPage.SIZE];
        long[] expected = new long[6];
        for (byte[] page : codes) {
            boolean complete = random.nextBoolean();
            for (int i = 0; i < page.length; i++) {
                page[i] = (byte) (complete ? 1 + random.nextInt(5) : random.nextInt(6));
                expected[page[i]]++;
            }
        }

        // When
        random.ints(0, pages).distinct().limit(pages).forEach(page -> page((long) page * LedgerPage.SIZE, codes[page]));

        // Then
        long end = (long) pages * LedgerPage.SIZE;
        assertThat(tally.of(0, new Stretch(0, end, end)))
                .isEqualTo(new Messages(
                        end, expected[1], expected[2], expected[3], expected[4], expected[5], 0, expected[0]));
    }

    private void page(long base, byte[] codes) {
        tally.plus(new LedgerEntry(0, base, ByteBuffer.wrap(codes)));
    }
}
