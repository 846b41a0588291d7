package io.headrace.control.erase;

import io.headrace.control.http.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Until when Kafka may still have what a device sent: single records can't be deleted, whole segments are. One that has a
 * record of now is closed at the latest when it has been open for {@code segment.ms}, and deleted {@code retention.ms}
 * after its newest record.
 */
final class KafkaLeft {
    /** Between two looks of a broker for what to delete, and until the file is gone. */
    private static final Duration BROKER = Duration.ofMinutes(10);

    private static final List<String> DATA = List.of(
            "telemetry.",
            "device.events",
            "device.command",
            "sink.",
            "control.alert-commands",
            "control.anomaly-feedback");

    private KafkaLeft() {}

    /**
     * For each topic of the hub with records of devices that is kept by time.
     *
     * @param prefix of the hub's topics
     * @return name without the prefix to the time
     */
    static Map<String, Instant> until(Admin admin, String prefix, Instant now) {
        List<ConfigResource> topics = await(admin.listTopics().names()).stream()
                .filter(name ->
                        name.startsWith(prefix) && DATA.stream().anyMatch(data -> name.startsWith(prefix + data)))
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<String, Instant> until = new TreeMap<>();
        await(admin.describeConfigs(topics).all()).forEach((topic, config) -> {
            long retention = number(config, "retention.ms");
            if (text(config, "cleanup.policy").contains("delete") && retention >= 0) {
                Instant last = now.plusMillis(retention)
                        .plusMillis(number(config, "segment.ms"))
                        .plus(BROKER);
                until.put(topic.name().substring(prefix.length()), last.truncatedTo(ChronoUnit.SECONDS));
            }
        });
        return until;
    }

    /** When the last of them is gone. */
    static Instant last(Collection<Instant> until) {
        return until.stream().max(Instant::compareTo).orElse(Instant.MIN);
    }

    private static String text(Config config, String name) {
        return String.valueOf(config.get(name).value());
    }

    private static long number(Config config, String name) {
        return Long.parseLong(text(config, name));
    }

    private static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new UnavailableException("Kafka doesn't say how long it keeps its topics", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while asking Kafka", e);
        }
    }
}
