package io.headrace.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicsPlanTest {
    private final Catalogue catalogue = new Catalogue("", Sizing.STANDALONE);

    @Test
    void anEmptyClusterGetsEveryTopic() {
        TopicsPlan plan = TopicsPlan.of(catalogue, List.of());

        assertThat(plan.steps()).hasSameSizeAs(catalogue.all()).allMatch(step -> step instanceof Step.Make);
        assertThat(plan.changesNothing()).isFalse();
    }

    @Test
    void aClusterAsTheCatalogueHasItNeedsNothing() {
        assertThat(TopicsPlan.of(catalogue, asWanted()).steps()).isEmpty();
    }

    @Test
    void aSettingThatNobodyHasMadeIsSetAndOneMadeByHandIsKept() {
        // Given
        List<FoundTopic> cluster = asWanted();
        Topic<?> raw = catalogue.raw();
        Map<String, String> set = new HashMap<>(raw.config());
        set.put("cleanup.policy", "compact");
        set.remove("retention.ms");
        cluster.set(0, new FoundTopic(raw.name(), 9, 1, set, Map.of("retention.ms", "1000", "other", "x")));

        // When
        TopicsPlan plan = TopicsPlan.of(catalogue, cluster);

        // Then
        assertThat(plan.steps())
                .containsExactlyInAnyOrder(
                        new Step.Differs("telemetry.raw", "partitions", "4", "9"),
                        new Step.Differs("telemetry.raw", "cleanup.policy", "delete", "compact"),
                        new Step.Configure("telemetry.raw", "retention.ms", "604800000", "1000"));
        assertThat(plan.changesNothing()).isFalse();
    }

    @Test
    void aSettingThatIsInheritedAsWantedIsLeftToItsBrokers() {
        // Given
        List<FoundTopic> cluster = asWanted();
        Topic<?> raw = catalogue.raw();
        cluster.set(0, new FoundTopic(raw.name(), raw.partitions(), raw.replication(), Map.of(), raw.config()));

        // When, Then
        assertThat(TopicsPlan.of(catalogue, cluster).steps()).isEmpty();
    }

    private List<FoundTopic> asWanted() {
        List<FoundTopic> found = new ArrayList<>();
        for (Topic<?> topic : catalogue.all()) {
            found.add(new FoundTopic(topic.name(), topic.partitions(), topic.replication(), topic.config(), Map.of()));
        }
        return found;
    }
}
