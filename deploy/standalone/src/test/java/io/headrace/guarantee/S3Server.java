package io.headrace.guarantee;

import io.headrace.embedded.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Adobe's S3Mock, a server of the S3 API, in a process of its own. It checks no signature. */
final class S3Server implements AutoCloseable {
    static final String BUCKET = "telemetry";

    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final int port = FreePort.next();
    private final Process process;

    private S3Server(Path jar, Path folder) throws IOException {
        Path store = Files.createDirectory(folder.resolve("s3"));
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-jar",
                        jar.toString(),
                        "--http.port=" + port,
                        "--server.port=" + FreePort.next(),
                        "--server.address=127.0.0.1"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("s3.out").toFile());
        builder.environment().put("COM_ADOBE_TESTING_S3MOCK_STORE_INITIAL_BUCKETS", BUCKET);
        builder.environment().put("COM_ADOBE_TESTING_S3MOCK_STORE_ROOT", store.toString());
        process = builder.start();
    }

    static S3Server start(Path jar, Path folder) throws IOException, InterruptedException {
        S3Server server = new S3Server(jar, folder);
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!server.isReady()) {
            if (!server.process.isAlive() || System.nanoTime() > end) {
                server.close();
                throw new IllegalStateException(Files.readString(folder.resolve("s3.out")));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return server;
    }

    private boolean isReady() throws InterruptedException {
        try {
            keys();
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Of all objects in the bucket; there are fewer than a thousand. */
    Set<String> keys() throws IOException, InterruptedException {
        HttpRequest list = HttpRequest.newBuilder(endpoint().resolve("/" + BUCKET + "?list-type=2"))
                .timeout(Duration.ofSeconds(10))
                .build();
        var answer = http.send(list, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("S3 answers " + answer.statusCode());
        }
        Set<String> keys = new TreeSet<>();
        KEY.matcher(answer.body()).results().forEach(match -> keys.add(match.group(1)));
        return keys;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        http.close();
    }
}
