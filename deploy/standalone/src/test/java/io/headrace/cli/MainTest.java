package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.headrace.embedded.FreePort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    Path folder;

    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private final List<String> requests = new ArrayList<>();
    private HttpServer api;
    private String out = "";
    private String err = "";

    @BeforeEach
    void startApi() throws IOException {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            requests.add(request + " " + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String body = bodies.get(request);
            byte[] answer = (body == null ? "{\"detail\":\"no such thing\"}" : body).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body == null ? 404 : 200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        api.start();
    }

    @AfterEach
    void stopApi() {
        api.stop(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "demo --help",
                "up --help",
                "gateway --help",
                "processors --help",
                "connect --help",
                "control-plane --help",
                "device --help",
                "model --help",
                "model train --help",
                "device create --help",
                "device list --help",
                "device show --help",
                "device disable --help",
                "device enable --help",
                "device delete --help",
                "route --help",
                "route list --help",
                "route put --help",
                "route delete --help",
                "send --help",
                "dead-letters --help",
                "dead-letters list --help",
                "dead-letters show --help",
                "reconcile --help",
                "query --help",
                "topics --help",
                "topics plan --help",
                "topics apply --help",
                "generate-completion --help"
            })
    void everyCommandExplainsItself(String command) {
        assertThat(run(command.split(" "))).isEqualTo(ExitCode.OK);
        assertThat(out).contains("Usage: headrace");
        assertThat(err).isEmpty();
    }

    @Test
    void theHelpTextHasEveryExitCode() {
        run("--help");

        assertThat(out)
                .contains(Arrays.stream(ExitCode.values())
                        .map(code -> " " + code.code())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-such-command",
                "up --no-such-option",
                "up --port-offset many",
                "device create",
                "topics plan x"
            })
    void aWrongCommandLineIsOneLineAndCodeTwo(String command) {
        assertThat(run(command.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.lines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("headrace: ")
                .contains("--help");
        assertThat(out).isEmpty();
    }

    @Test
    void aConfigurationWithAnUnknownKeyIsOneLineAndCodeThree() throws IOException {
        // Given
        Path config = folder.resolve("headrace.conf");
        Files.writeString(config, "gateway.mqtt.lisen = 127.0.0.1:1\n");

        // When, Then
        assertThat(run(
                        "up",
                        "--data",
                        folder.resolve("d").toString(),
                        "--port-offset",
                        "20000",
                        "--config",
                        config.toString()))
                .isEqualTo(ExitCode.CONFIG);
        assertThat(err.lines()).hasSize(1).first().asString().contains("gateway.mqtt.lisen");
    }

    @Test
    void aValueOutOfItsRangeIsNamedWithKeyValueAndRange() throws IOException {
        // Given
        Path config = folder.resolve("headrace.conf");
        Files.writeString(config, "connect.warm.retention-days = -3\n");

        // When, Then
        assertThat(run(
                        "up",
                        "--data",
                        folder.resolve("d").toString(),
                        "--port-offset",
                        "20000",
                        "--config",
                        config.toString()))
                .isEqualTo(ExitCode.CONFIG);
        assertThat(err.lines())
                .containsExactly("headrace: connect.warm.retention-days = -3 must be a whole number from 0 to 36500");
    }

    @Test
    void aKeyThatUpSetsItselfIsRefused() throws IOException {
        // Given
        Path config = folder.resolve("headrace.conf");
        Files.writeString(config, "kafka.bootstrap-servers = elsewhere:9092\n");

        // When, Then
        assertThat(run(
                        "up",
                        "--data",
                        folder.resolve("d").toString(),
                        "--port-offset",
                        "20000",
                        "--config",
                        config.toString()))
                .isEqualTo(ExitCode.CONFIG);
        assertThat(err.lines()).hasSize(1).first().asString().contains("kafka.bootstrap-servers");
    }

    @Test
    void aMissingSecretOfARoleIsOneLineAndCodeThree() throws IOException {
        // Given
        Path config = folder.resolve("gateway.conf");
        Files.writeString(config, "registry.url = http://127.0.0.1:1\n");

        // When, Then
        assertThat(run("gateway", "--config", config.toString())).isEqualTo(ExitCode.CONFIG);
        assertThat(err.lines()).hasSize(1).first().asString().contains("secrets.master-key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--into x|2|headrace: --from is missing",
                "--into x --from soon|2|headrace: --from = soon must be a time like 2026-03-01T00:00:00Z, or how long ago",
                "--into x --from 6h --warm-up -1|2|headrace: --warm-up = -1 must be 30min, 6h or 2d",
                "--from 6h|2|headrace: Error: Missing required argument(s): --into=SUFFIX",
                "--into X! --from 6h|3|headrace: --into X! must be 1 to 32 of a-z 0-9",
                "--into dlq --clean-up|3|headrace: --into dlq must be",
                "--into x --from 6h --fragments hot|3|headrace: hot writes nothing",
                "--into x --from 6h --to 7h|3|headrace: from",
                "--into x --from 6h --rules RULES|3|rule r: condition at line 1",
                "--into x --from 6h --with SETTINGS|3|headrace: unknown key processors.windowing.sizes"
            })
    void aRunOverHistoryThatCantBeIsOneLine(String options, int code, String message) throws IOException {
        // Given
        Path config = Files.writeString(folder.resolve("processors.conf"), "registry.url = http://127.0.0.1:1\n");
        Path rules = Files.writeString(folder.resolve("rules.json"), "[{\"id\":\"r\",\"condition\":\"values.t >\"}]");
        Path settings = Files.writeString(folder.resolve("try.conf"), "processors.windowing.sizes = 5min\n");
        String line = "processors --config " + config + " "
                + options.replace("RULES", rules.toString()).replace("SETTINGS", settings.toString());

        // When, Then
        assertThat(run(line.split(" ")).code()).isEqualTo(code);
        assertThat(err.lines()).hasSize(1).first().asString().contains(message);
    }

    @Test
    void aTakenPortIsOneLineThatNamesPortAndKey() throws IOException {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path config = folder.resolve("headrace.conf");
            Files.writeString(config, "gateway.mqtt.listen = 127.0.0.1:" + taken.getLocalPort() + "\n");

            // When, Then
            assertThat(run("up", "--data", folder.resolve("d").toString(), "--config", config.toString()))
                    .isEqualTo(ExitCode.IN_USE);
            assertThat(err.lines())
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("port " + taken.getLocalPort(), "gateway.mqtt.listen", "--port-offset");
        }
    }

    @Test
    void aDeviceIsMadeWithItsTagsAndShownWithItsKeys() {
        // Given
        bodies.put("POST /api/v1/devices", "{\"id\":\"d-1\",\"keys\":{\"primary\":\"abc=\"}}");

        // When
        ExitCode code = client("device", "create", "d-1", "--tag", "site=north");

        // Then
        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(requests)
                .containsExactly("POST /api/v1/devices Bearer secret {\"id\":\"d-1\",\"tags\":{\"site\":\"north\"}}");
        assertThat(out).contains("d-1", "abc=");
    }

    @Test
    void aListIsATableOrTheJsonItself() {
        // Given
        bodies.put(
                "GET /api/v1/devices?limit=100",
                "{\"devices\":[{\"id\":\"d-1\",\"status\":\"enabled\"},{\"id\":\"long-id\\u001b[2J\",\"status\":\"disabled\"}]}");

        // When, Then
        assertThat(client("device", "list")).isEqualTo(ExitCode.OK);
        assertThat(out.lines()).hasSize(3).first().asString().matches("ID +STATUS +TAGS +CREATEDAT");
        assertThat(out).doesNotContain("\u001b");
        assertThat(client("device", "list", "--output", "json")).isEqualTo(ExitCode.OK);
        assertThat(out).contains("\"status\" : \"enabled\"");
    }

    @Test
    void whatTheApiRefusesIsOneLineAndCodeSix() {
        assertThat(client("device", "show", "nobody")).isEqualTo(ExitCode.REFUSED);
        assertThat(err.lines()).containsExactly("headrace: refused (404): no such thing");
    }

    @Test
    void anApiThatIsAwayIsOneLineAndCodeFive() {
        assertThat(run("device", "list", "--token", "t", "--url", "http://127.0.0.1:" + FreePort.next()))
                .isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err.lines()).hasSize(1).first().asString().contains("doesn't answer");
    }

    @Test
    void withoutATokenItSaysWhereItLooked() {
        assertThat(run("device", "list", "--data", folder.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.lines()).hasSize(1).first().asString().contains("admin.token");
    }

    @Test
    void theTokenIsReadFromTheDataFolder() throws IOException {
        // Given
        Files.writeString(folder.resolve("admin.token"), "from-file\n");
        bodies.put("GET /api/v1/routes", "{\"routes\":[]}");

        // When
        ExitCode code = run("route", "list", "--data", folder.toString(), "--url", url());

        // Then
        assertThat(code).isEqualTo(ExitCode.OK);
        assertThat(requests).containsExactly("GET /api/v1/routes Bearer from-file ");
    }

    @Test
    void anUnbalancedReconciliationLeavesWithOne() {
        bodies.put("GET /api/v1/reconcile", "{\"balanced\":false,\"unaccounted\":3}");

        assertThat(client("reconcile")).isEqualTo(ExitCode.FAILED);
        assertThat(err.lines()).containsExactly("headrace: 3 messages are not accounted for");
    }

    @Test
    void aBalancedReconciliationLeavesWithZero() {
        bodies.put("GET /api/v1/reconcile", "{\"balanced\":true,\"unaccounted\":0}");

        assertThat(client("reconcile")).isEqualTo(ExitCode.OK);
    }

    @Test
    void theDemoRefusesAFolderThatIsNotEmpty() throws IOException {
        Files.writeString(folder.resolve("mine"), "precious");

        assertThat(run("demo", "--data", folder.toString())).isEqualTo(ExitCode.CONFIG);
        assertThat(err.lines()).hasSize(1).first().asString().contains("--data");
        assertThat(folder.resolve("mine")).hasContent("precious");
    }

    private ExitCode client(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--url", url(), "--token", "secret"));
        return run(all.toArray(String[]::new));
    }

    private String url() {
        return "http://127.0.0.1:" + api.getAddress().getPort();
    }

    private ExitCode run(String... args) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        int code = Main.run(new PrintWriter(outText, true), new PrintWriter(errText, true), args);
        out = outText.toString();
        err = errText.toString();
        return Arrays.stream(ExitCode.values())
                .filter(each -> each.code() == code)
                .findFirst()
                .orElseThrow();
    }
}
