package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.control.query.QueryConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlPlaneConfigTest {
    @TempDir
    Path folder;

    @Test
    void whatIsNotSetHasTheDefaultsOfTheProcessors() throws Exception {
        ControlPlaneConfig config = TestHub.config(Map.of(), folder);
        assertThat(config.query().warm()).isEmpty();
        assertThat(config.query().cold()).isEmpty();
        assertThat(config.reconcile().pendingGrace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.reconcile().windowSizes()).isEqualTo(List.of(Duration.ofMinutes(1), Duration.ofHours(1)));
        assertThat(config.reconcile().windowGrace()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.reconcile().idleClose()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.hot().processors()).isEqualTo(URI.create("http://127.0.0.1:9410"));
        assertThat(config.http().maxRequestBytes()).isEqualTo(1 << 20);
    }

    @Test
    void everyKeyIsRead() throws Exception {
        ControlPlaneConfig config = TestHub.config(
                Map.ofEntries(
                        Map.entry("control-plane.plaintext-anywhere", "true"),
                        Map.entry("control-plane.listen", "0.0.0.0:8095"),
                        Map.entry("control-plane.max-request-bytes", "64KiB"),
                        Map.entry("control-plane.max-connections", "7"),
                        Map.entry("control-plane.processors-url", "http://processors:9410/"),
                        Map.entry("control-plane.processors-timeout", "2s"),
                        Map.entry("control-plane.live.windows", "1000"),
                        Map.entry("control-plane.live.windows-per-metric", "20"),
                        Map.entry("control-plane.live.anomalies", "30"),
                        Map.entry("control-plane.live.max-streams", "4"),
                        Map.entry("control-plane.query.postgres.url", "jdbc:postgresql://stores/telemetry"),
                        Map.entry("control-plane.query.postgres.user", "reader"),
                        Map.entry("control-plane.query.catalog.uri", "jdbc:postgresql://stores/telemetry"),
                        Map.entry("control-plane.query.catalog.warehouse", "/cold"),
                        Map.entry("control-plane.query.timeout", "1h"),
                        Map.entry("control-plane.query.concurrent", "4"),
                        Map.entry("control-plane.query.memory", "1GiB"),
                        Map.entry("control-plane.query.temp-dir", "/scratch"),
                        Map.entry("control-plane.query.temp-size", "8GiB"),
                        Map.entry("control-plane.query.threads", "3"),
                        Map.entry("control-plane.query.max-copied-rows", "7"),
                        Map.entry("control-plane.reconcile.pending-grace", "5s"),
                        Map.entry("control-plane.reconcile.window-sizes", "10s, 5min"),
                        Map.entry("control-plane.reconcile.window-grace", "1s"),
                        Map.entry("control-plane.reconcile.idle-close", "3s"),
                        Map.entry("control-plane.reconcile.timeout", "1min"),
                        Map.entry("control-plane.reconcile.max-problems", "9")),
                folder);
        assertThat(config.http().listen().getPort()).isEqualTo(8095);
        assertThat(config.http().maxRequestBytes()).isEqualTo(64 * 1024);
        assertThat(config.http().maxConnections()).isEqualTo(7);
        assertThat(config.hot().timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.live().windows()).isEqualTo(1_000);
        assertThat(config.live().windowsPerMetric()).isEqualTo(20);
        assertThat(config.live().anomalies()).isEqualTo(30);
        assertThat(config.live().maxStreams()).isEqualTo(4);
        QueryConfig query = config.query();
        assertThat(query.warm().orElseThrow().url()).isEqualTo("jdbc:postgresql://stores/telemetry");
        assertThat(query.cold())
                .containsEntry("jdbc.user", "reader")
                .containsEntry("uri", "jdbc:postgresql://stores/telemetry?currentSchema=iceberg")
                .containsEntry("warehouse", "/cold")
                .containsEntry("jdbc.init-catalog-tables", "false");
        assertThat(query.timeout()).isEqualTo(Duration.ofHours(1));
        assertThat(query.concurrent()).isEqualTo(4);
        assertThat(query.memoryBytes()).isEqualTo(1L << 30);
        assertThat(query.temporary()).isEqualTo(Path.of("/scratch"));
        assertThat(query.temporaryBytes()).isEqualTo(8L << 30);
        assertThat(query.threads()).isEqualTo(3);
        assertThat(query.maxCopiedRows()).isEqualTo(7);
        assertThat(config.live().pendingGrace()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.reconcile().windowSizes()).isEqualTo(List.of(Duration.ofSeconds(10), Duration.ofMinutes(5)));
        assertThat(config.reconcile().maxProblems()).isEqualTo(9);
        assertThat(config.reconcile().timeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "control-plane.listen                 | 192.0.2.1:8090 | a loopback address",
                "control-plane.listen                 | 8090           | host:port",
                "control-plane.max-request-bytes      | 1GiB           | from 1024 to 67108864",
                "control-plane.processors-url         | /hot           | an absolute URI",
                "control-plane.reconcile.window-sizes | 1min,1min      | each once",
                "control-plane.reconcile.window-sizes | 1min,          | a comma between",
                "control-plane.reconcile.idle-close   | 0s             | from 0.001s to 24h",
                "control-plane.query.postgres.url     | mysql://x      | a URL like jdbc:postgresql:",
                "control-plane.query.memory           | 1MiB           | from 67108864",
                "control-plane.live.max-streams       | 0              | from 1 to 10000",
                "control-plane.colour                 | red            | unknown key",
            })
    void whatCannotBeIsRefusedByKeyValueAndRange(String key, String value, String range) {
        assertThatThrownBy(() -> TestHub.config(Map.of(key, value), folder))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(range);
    }
}
