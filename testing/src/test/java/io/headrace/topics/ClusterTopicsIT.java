package io.headrace.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTopicsIT {
    @TempDir
    Path folder;

    @Test
    void applyingMakesWhatIsMissingKeepsWhatIsThereAndThenHasNothingToDo() throws Exception {
        // Given a cluster where somebody made one of the topics in another way, and has one of their own
        Catalogue catalogue = new Catalogue("hub.", Sizing.STANDALONE);
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
                Admin admin = Admin.create(kafka.clientSettings())) {
            NewTopic raw = new NewTopic("hub.telemetry.raw", 2, (short) 1).configs(Map.of("retention.ms", "60000"));
            NewTopic foreign = new NewTopic("foreign", 1, (short) 1);
            admin.createTopics(List.of(raw, foreign)).all().get();
            ClusterTopics topics = new ClusterTopics(admin);

            // When
            topics.apply(topics.plan(catalogue));

            // Then
            assertThat(topics.plan(catalogue).steps())
                    .containsExactly(
                            new Step.Differs("hub.telemetry.raw", "partitions", "4", "2"),
                            new Step.Differs("hub.telemetry.raw", "retention.ms", "604800000", "60000"));
            assertThat(topics.plan(catalogue).changesNothing()).isTrue();
            assertThat(admin.listTopics().names().get())
                    .contains("foreign")
                    .hasSize(catalogue.all().size() + 1);
        }
    }
}
