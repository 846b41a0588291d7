package io.headrace.sinks.warm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fault 27: the process of a sink dies by SIGKILL between the commit of the database and that of its offsets, and at
 * other moments of its work, again and again; each successor begins at an offset that Kafka was told long ago.
 */
class WarmCrashIT {
    private static final int DEATHS = 20;
    private static final int RECORDS = 2_000;

    @TempDir
    Path folder;

    @Test
    void twentyDeathsLoseAndDoubleNothing() throws Exception {
        WarmDatabase database = new WarmDatabase(folder.resolve("postgres"));
        Random random = new Random(27);
        long told = 0;
        try {
            for (int death = 0; death < DEATHS; death++) {
                // Given
                Process worker = start(database, told);
                BufferedReader output =
                        new BufferedReader(new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8));
                assertThat(nextWord(output)).isEqualTo("stored");

                // When
                if (death % 2 == 1) {
                    goOn(worker);
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
                }
                worker.destroyForcibly();
                assertThat(worker.waitFor(1, TimeUnit.MINUTES)).isTrue();

                // Then
                long[] counts = counts(database);
                assertThat(counts).containsOnly(counts[0]);
                told = random.nextLong(counts[0] + 1);
            }
            finish(start(database, told));
            assertThat(counts(database)).containsOnly(RECORDS);
        } finally {
            database.stop();
        }
    }

    private static void finish(Process worker) throws IOException, InterruptedException {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8))) {
            while (nextWord(output).equals("stored")) {
                goOn(worker);
            }
        }
        assertThat(worker.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    /** Position, rows and different rows, as of one instant. */
    private static long[] counts(WarmDatabase database) throws SQLException {
        String row = database.rows("SELECT (SELECT next_offset FROM headrace.sink_offsets), count(*),"
                        + " count(DISTINCT origin_offset) FROM headrace.readings")
                .get(0);
        return Arrays.stream(row.split("\\|", -1)).mapToLong(Long::parseLong).toArray();
    }

    /** Passes over what is logged; {@code done} or {@code stored}. */
    private static String nextWord(BufferedReader output) throws IOException {
        String line = output.readLine();
        while (line != null && !line.equals("stored") && !line.equals("done")) {
            line = output.readLine();
        }
        return String.valueOf(line);
    }

    private static void goOn(Process worker) throws IOException {
        worker.getOutputStream().write('\n');
        worker.getOutputStream().flush();
    }

    private static Process start(WarmDatabase database, long from) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx96m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DyingWorker.class.getName(),
                        database.jdbcUrl(),
                        Long.toString(from),
                        Long.toString(RECORDS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
