package io.headrace.bench.detect;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.config.Settings;
import io.headrace.record.Anomaly;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.streams.detect.DetectConfig;
import io.headrace.streams.detect.DetectFragment;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;

/**
 * What ships: the fragment with its store, its settings' defaults and its topics' formats, driven record by record. A row's
 * score is that of the anomaly that it began; 0 where it began none.
 */
final class OfFragment implements Contestant {
    private static final Instant RECEIVED = Instant.parse("2026-01-01T00:00:00Z");
    private static final String METRIC = "value";

    private final Catalogue catalogue = new Catalogue("", Sizing.STANDALONE);
    private final TopicSerdes serdes = new TopicSerdes(new InMemorySchemaRegistry());
    private final Path folder;

    /** @param folder for the store */
    OfFragment(Path folder) {
        this.folder = folder;
    }

    @Override
    public String name() {
        return "default";
    }

    @Override
    public Scores score(Series series) {
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, Reading> readings = builder.stream(
                catalogue.readings().name(),
                Consumed.with(Serdes.String(), serdes.of(catalogue.readings())).withName("readings"));
        DetectConfig config = DetectConfig.from(Settings.of(Map.of()));
        new DetectFragment(config, catalogue, serdes, new SimpleMeterRegistry(), "detect").addTo(builder, readings);
        try (TopologyTestDriver driver = new TopologyTestDriver(builder.build(), properties(), RECEIVED)) {
            return drive(driver, series);
        }
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "bench-detect");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        try {
            Path state = Files.createTempDirectory(folder, "state");
            properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private Scores drive(TopologyTestDriver driver, Series series) {
        TestInputTopic<String, Reading> readings = driver.createInputTopic(
                catalogue.readings().name(),
                new StringSerializer(),
                serdes.of(catalogue.readings()).serializer());
        TestOutputTopic<String, Anomaly> anomalies = driver.createOutputTopic(
                catalogue.anomalies().name(),
                new StringDeserializer(),
                serdes.of(catalogue.anomalies()).deserializer());
        double[] scores = new double[series.values().length];
        String device = series.file().toString().replace('/', '-');
        long began = Processor.nanos();
        for (int row = 0; row < scores.length; row++) {
            Instant received = RECEIVED.plusSeconds(row);
            readings.pipeInput(device, reading(device, series, row, received), received);
        }
        long nanos = Processor.nanos() - began;
        for (Anomaly anomaly : anomalies.readValuesToList()) {
            int row = (int) anomaly.getOrigin().getOffset();
            scores[row] = anomaly.getScore();
        }
        return new Scores(scores, nanos, 0);
    }

    private static Reading reading(String device, Series series, int row, Instant received) {
        Map<String, Object> values = new HashMap<>();
        values.put(METRIC, series.values()[row]);
        return Reading.newBuilder()
                .setDeviceId(device)
                .setObservedAt(Instant.ofEpochMilli(series.times()[row]))
                .setReceivedAt(received)
                .setClock(Clock.DEVICE)
                .setOrigin(new Origin(0, (long) row, 0))
                .setValues(values)
                .build();
    }
}
