package io.headrace.control.console;

import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The console's files and {@code /openapi.json}: for everyone, since they hold nothing of the hub. The page asks for the
 * token and reads everything else from the API.
 */
public final class ConsoleApi {
    private static final String HTML = "text/html; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String UPLOT = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

    private final Map<String, Answer> files = new HashMap<>();
    private final Answer page;
    private final Answer openApi;

    /** @throws IllegalStateException where a file isn't on the class path: the build is broken */
    public ConsoleApi() {
        this.page = new Answer.Content(HTML, resource("index.html"), "no-cache");
        this.openApi =
                new Answer.Content("application/json", resource("/io/headrace/control/openapi.json"), "no-cache");
        for (String script : List.of(
                "app.js",
                "alerts.js",
                "api.js",
                "text.js",
                "charts.js",
                "devices.js",
                "ledger.js",
                "letters.js",
                "life.js",
                "processors.js",
                "reconcile.js",
                "replay.js")) {
            files.put(script, new Answer.Content(SCRIPT, resource(script), "no-cache"));
        }
        files.put("style.css", new Answer.Content(STYLE, resource("style.css"), "no-cache"));
        files.put("icon.svg", new Answer.Content("image/svg+xml", resource("icon.svg"), "no-cache"));
        String uplot = "/META-INF/resources/webjars/uplot/" + uplotVersion() + "/dist/";
        String aDay = "max-age=86400";
        files.put("uPlot.esm.js", new Answer.Content(SCRIPT, resource(uplot + "uPlot.esm.js"), aDay));
        files.put("uPlot.min.css", new Answer.Content(STYLE, resource(uplot + "uPlot.min.css"), aDay));
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.open("/", call -> page),
                Endpoint.open("/openapi.json", call -> openApi),
                Endpoint.open("/console/{file}", this::file));
    }

    private Answer file(Call call) {
        Answer file = files.get(call.path("file"));
        if (file == null) {
            throw Problem.notFound("the console has no such file");
        }
        return file;
    }

    private static String uplotVersion() {
        Properties properties = new Properties();
        try (InputStream in = open(UPLOT)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static byte[] resource(String name) {
        try (InputStream in = open(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) {
        InputStream in = ConsoleApi.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException("not on the class path: " + name);
        }
        return in;
    }
}
