package io.headrace.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.sun.net.httpserver.HttpServer;
import io.headrace.embedded.EmbeddedKafka;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser. Skipped where there is no Chromium. Screenshots go to {@code target/console}. */
class ConsoleIT {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path SHOTS = Path.of("target", "console");
    private static EmbeddedKafka broker;
    private static HttpServer processors;
    private static TestHub hub;
    private static Playwright playwright;
    private static Browser browser;

    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> foreign = new CopyOnWriteArrayList<>();
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "no Chromium at " + CHROMIUM);
        broker = EmbeddedKafka.start(folder.resolve("kafka"));
        processors = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        processors.createContext("/hot/", exchange -> {
            byte[] body = """
                    {"device":"mote-1","metrics":{
                      "humidity":{"value":45.93,"observedAt":"2010-07-08T04:12:00Z","receivedAt":"2026-01-01T00:00:00Z"},
                      "temperature":{"value":27.97,"observedAt":"2010-07-08T04:12:00Z","receivedAt":"2026-01-01T00:00:00Z"}}}""".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        processors.createContext("/dry-run", exchange -> {
            int asked = new ObjectMapper()
                    .readTree(exchange.getRequestBody())
                    .path("messages")
                    .size();
            String each = "{\"outcome\":\"STORED\"}";
            byte[] body = ("{\"duplicateWindowMs\":1,\"verdicts\":["
                            + String.join(",", Collections.nCopies(asked, each)) + "]}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        processors.createContext("/topology", exchange -> {
            byte[] body = """
                    {"instances":[{"instance":"10.0.0.1:9410","state":"RUNNING",
                      "tasks":[{"task":"1_0","role":"active","inputs":[{"topic":"telemetry.raw","partition":0,"lag":7}]},
                               {"task":"1_1","role":"standby"}],
                      "stores":[{"store":"hot-metrics","partition":0,"role":"active","entries":12345,"bytes":3145728,"lag":9}]},
                     {"instance":"10.0.0.2:9410","state":"UNREACHABLE"}]}""".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        processors.createContext("/rules-failures", exchange -> {
            byte[] body = """
                    {"instances":[{"failures":[{"rule":"size","count":1234,"at":"2026-01-01T00:00:00Z","device":"mote-2",
                      "why":"evaluation error at <input>:4: No matching overload for function 'size'"}]}]}""".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        processors.start();
        String url = "http://127.0.0.1:" + processors.getAddress().getPort();
        hub = new TestHub(
                broker.bootstrapServers(),
                "",
                folder,
                Map.of("control-plane.processors-url", url, "control-plane.account.alert-after", "1s"));
        ConsoleScene.fill(hub);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of("--no-sandbox", "--disable-background-networking")));
    }

    @AfterAll
    static void stop() {
        if (playwright != null) {
            playwright.close();
            hub.close();
            processors.stop(0);
            broker.close();
        }
    }

    @BeforeEach
    void open() {
        context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1360, 900));
        context.setDefaultTimeout(20_000);
        page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            if (!request.url().startsWith(hub.uri("/").toString())
                    && !request.url().startsWith("data:")) {
                foreign.add(request.url());
            }
        });
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void withTheTokenInTheAddressItShowsTheHubAndAsksNobodyElse() {
        // When
        page.navigate(hub.uri("/#token=" + TestHub.TOKEN).toString());

        // Then
        page.waitForSelector("#link.live");
        until("document.querySelector('#stored').textContent === '1,020'");
        page.waitForSelector("#device-chart canvas");
        page.waitForSelector("#letters tr");
        assertThat(page.url()).doesNotContain("token");
        assertThat(page.textContent("#unaccounted")).isEqualTo("0");
        assertThat(page.textContent("#dead")).isEqualTo("9");
        assertThat(page.textContent("#device-title")).isEqualTo("mote-1");
        assertThat(page.textContent("#reasons")).contains("MALFORMED_JSON").contains("UNKNOWN_CONTENT_TYPE");
        assertThat(page.textContent("#latest")).contains("temperature").contains("27.97");
        assertThat(page.textContent("#device-anomalies")).contains("score 0.93");
        page.waitForSelector("#processors tr");
        assertThat(page.textContent("#processors tr:first-child"))
                .contains("10.0.0.1:9410", "running", "12,345", "3.0");
        assertThat(page.textContent("#processors")).contains("unreachable");
        page.waitForSelector("#life-chart canvas");
        assertThat(page.textContent("#life tr:first-child"))
                .contains("pump-7", "2.4 d", "40 h – 3.6 d", "pump, version 3");
        assertThat(page.textContent("#life tr:last-child")).contains("pump-8", "10 d", "– more");
        assertThat(page.textContent("#alerts")).contains("pump-7", "2010-07-17 15:00:00", "2010-07-16 23:00:00 – ");
        assertThat(page.textContent("#failures")).contains("size", "1,234", "No matching overload");
        until("document.querySelector('#rate-chart canvas').width > 300");
        shoot("light");
        assertThat(foreign).isEmpty();
        assertThat(complaints).isEmpty();
    }

    @Test
    void itCanBeReadInTheDarkAndOnAPhone() {
        // Given
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        page.navigate(hub.uri("/#token=" + TestHub.TOKEN).toString());
        page.waitForSelector("#device-chart canvas");
        page.waitForSelector("#letters tr");
        shoot("dark");

        // When
        page.setViewportSize(390, 844);

        // Then
        until("document.querySelector('#device-chart canvas').clientWidth < 390");
        shoot("phone");
        until("document.documentElement.scrollWidth <= 390");
        assertThat(complaints).isEmpty();
    }

    @Test
    void aWrongTokenIsToldAndTheRightOneSignsIn() {
        // Given
        page.navigate(hub.uri("/").toString());
        page.waitForSelector("#sign-in[open]");
        shoot("sign-in");

        // When
        page.fill("#token", "a-token-that-nobody-has");
        page.keyboard().press("Enter");

        // Then
        until("document.querySelector('#sign-in-error').textContent.includes(\"isn't known\")");
        page.fill("#token", TestHub.TOKEN);
        page.keyboard().press("Enter");
        page.waitForSelector("#link.live");
        page.click("#sign-out");
        page.waitForSelector("#sign-in[open]");
        assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
        assertThat(context.cookies()).isEmpty();
    }

    @Test
    void everythingIsReachedByKeyboard() {
        // Given
        page.navigate(hub.uri("/#token=" + TestHub.TOKEN).toString());
        page.waitForSelector("#device-list button");

        // When: a device is chosen
        page.focus("#device-list li:nth-child(2) button");
        page.keyboard().press("Enter");
        until("document.querySelector('#device-title').textContent === 'mote-2'");
        // And: a dead letter is opened and closed
        page.waitForSelector("#letters button");
        page.focus("#letters tr:first-child button");
        page.keyboard().press("Enter");
        page.waitForSelector("#letter[open]");
        assertThat(page.textContent("#letter-payload")).isEqualTo("{\"temperature\": 21.");
        assertThat(page.textContent("#letter-headers")).contains("hr-reason");
        shoot("letter");
        page.keyboard().press("Escape");

        // Then
        page.waitForSelector(
                "#letter[open]",
                new Page.WaitForSelectorOptions()
                        .setState(com.microsoft.playwright.options.WaitForSelectorState.HIDDEN));
        page.focus("#reconcile");
        page.keyboard().press("Enter");
        until("document.querySelector('#reconcile-result').textContent.includes('messages')");
        assertThat(page.textContent("#reconcile-result"))
                .startsWith("Not balanced")
                .contains("1,034 messages");
        assertThat(page.textContent("#problems")).contains("READING_MISSING");
        assertThat(complaints).isEmpty();
    }

    @Test
    void theAccountShowsItsMinutesAndItsAlert() {
        // Given
        page.navigate(hub.uri("/#token=" + TestHub.TOKEN).toString());

        // When
        page.waitForSelector("#alert:not([hidden])");
        page.click("#minutes summary");

        // Then
        page.waitForSelector("#minute-rows tr");
        assertThat(page.textContent("#alert")).contains("hasn't added up since").contains("1743 other problems");
        assertThat(page.textContent("#minute-rows")).contains("1,034").contains("1,020");
        shoot("account");
        assertThat(complaints).isEmpty();
    }

    @Test
    void deadLettersAreReplayedAfterALookAtWhatWouldHappen() {
        // Given
        page.navigate(hub.uri("/#token=" + TestHub.TOKEN).toString());
        page.waitForSelector("#letters tr");

        // When
        page.click("#replay-open");
        page.selectOption("#replay-reason", "MALFORMED_JSON");
        page.click("#replay-ask");
        page.waitForSelector("#replay-begin:not([hidden])");

        // Then nothing has happened yet
        assertThat(page.textContent("#replay-status")).startsWith("6 would be replayed");
        assertThat(page.textContent("#replay-outcomes")).contains("MALFORMED_JSON → STORED");
        assertThat(page.textContent("#replay-begin")).isEqualTo("Replay 6");
        shoot("replay");

        // When
        page.click("#replay-begin");

        // Then
        until("document.querySelector('#replay-status').textContent.startsWith('done: 6 replayed')");
        page.click("#replay-ask");
        until("document.querySelector('#replay-status').textContent.startsWith('0 would be replayed; 6 would stay')");
        assertThat(page.isVisible("#replay-begin")).isFalse();
        assertThat(complaints).isEmpty();
    }

    /** The page's policy forbids Playwright's own way, which evaluates text in the page. */
    private void until(String expression) {
        Awaitility.await()
                .pollInSameThread()
                .atMost(Duration.ofSeconds(20))
                .until(() -> Boolean.TRUE.equals(page.evaluate(expression)));
    }

    private void shoot(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }
}
