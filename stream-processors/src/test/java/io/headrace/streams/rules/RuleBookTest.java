package io.headrace.streams.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.TrustedRecords;
import io.headrace.record.Rule;
import io.headrace.record.RuleTarget;
import io.headrace.record.ThresholdCheck;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuleBookTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Rules rules = new Rules(meters);

    @BeforeEach
    void none() {
        TrustedRecords.trust(Rule.class);
        rules = new Rules(meters);
    }

    private static Rule rule(String id, List<String> devices, Map<String, String> tags) {
        return Rule.newBuilder()
                .setId(id)
                .setCondition("")
                .setCheck(new ThresholdCheck("t", 80.0, null, 0.0))
                .setTarget(new RuleTarget(devices, tags))
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    @Test
    void ofTenThousandRulesADeviceMeetsItsOwn() {
        // Given
        for (int i = 0; i < 5_000; i++) {
            rules.change("d" + i, rule("d" + i, List.of("device-" + i), Map.of()));
            rules.change("t" + i, rule("t" + i, List.of(), Map.of("line", "line-" + i, "site", "north")));
        }

        // When
        RuleBook book = rules.book();

        // Then
        assertThat(book.about("device-7", Map.of("line", "line-9", "site", "north")))
                .extracting(Versions::id)
                .containsExactly("d7", "t9");
        assertThat(book.about("device-7", Map.of("line", "line-9", "site", "south")))
                .extracting(Versions::id)
                .containsExactly("d7");
        assertThat(book.isAboutAny("stranger", Map.of("site", "north"))).isFalse();
        assertThat(rules.book()).isSameAs(book);
    }

    @Test
    void ofMoreThanADeviceMayHaveTheFirstAreGoneBy() {
        for (int i = 0; i <= RuleBook.MOST_PER_DEVICE; i++) {
            String id = "%04d".formatted(i);
            rules.change(id, rule(id, List.of(), Map.of()));
        }

        assertThat(rules.book().about("any", Map.of()))
                .hasSize(RuleBook.MOST_PER_DEVICE)
                .extracting(Versions::id)
                .startsWith("0000")
                .endsWith("0499");
        rules.change("z", rule("z", List.of("any"), Map.of()));
        assertThat(rules.book().about("any", Map.of())).hasSize(RuleBook.MOST_PER_DEVICE);
    }

    @Test
    void whatIsGoneIsGoneAndWhatCanNotBeReadMayReturn() {
        rules.change("a", rule("a", List.of(), Map.of()));
        rules.change("a", null);
        rules.unreadable("b");

        assertThat(rules.book().about("any", Map.of())).extracting(Versions::id).doesNotContain("a");
        assertThat(rules.book().mayReturn("a", 0)).isFalse();
        assertThat(rules.book().mayReturn("b", 0)).isTrue();
    }
}
