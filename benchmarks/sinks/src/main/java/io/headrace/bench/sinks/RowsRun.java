package io.headrace.bench.sinks;

import io.headrace.bench.run.BenchException;
import io.headrace.bench.sinks.Questions.Question;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Fills the warm sink's own tables with many rows, by PostgreSQL itself, and asks them what analysts ask.
 *
 * @param rows how many at least; in whole days, and what there is of today
 */
record RowsRun(Machine machine, String prefix, long rows) {
    private static final long ROWS_A_DAY = 4_000 * TimeUnit.DAYS.toMinutes(1);
    private static final int LIMIT_SECONDS = 60;

    /**
     * A question's answer times, in milliseconds.
     *
     * @param times how often it was asked
     */
    record Answer(String question, int times, double p50, double worst) {}

    /**
     * What was found.
     *
     * @param rows in the table
     * @param gigabytes with indexes
     */
    record Result(long rows, double gigabytes, List<Answer> answers) {}

    Result measure() {
        makeTables();
        Database database = machine.database();
        fill();
        List<Answer> answers = new ArrayList<>();
        Random devices = new Random(42);
        for (Question question : Questions.ALL) {
            answers.add(ask(question, devices));
        }
        return new Result(
                database.number("SELECT count(*) FROM headrace.readings"),
                database.number("SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('headrace.readings')")
                        / 1e9,
                answers);
    }

    /** The sink makes them. */
    private void makeTables() {
        Map<String, String> connector = Worker.template(
                machine,
                "warm",
                prefix,
                Map.of("warm.tasks", "1", "warm.partition-width", "day", "warm.retention-days", "0"));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        try (Worker worker = Worker.start(machine, "rows")) {
            worker.put(connector.getOrDefault("name", "warm"), connector);
            while (machine.database().number("SELECT count(*) FROM pg_partition_tree(to_regclass('headrace.readings'))")
                    < 5) {
                Cost.pause(deadline);
            }
        }
    }

    private void fill() {
        Database database = machine.database();
        try (InputStream sql = RowsRun.class.getResourceAsStream("fill.sql")) {
            if (sql == null) {
                throw new BenchException("fill.sql is missing");
            }
            database.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        for (long day = (rows + ROWS_A_DAY - 1) / ROWS_A_DAY; day > 0; day--) {
            database.execute("CALL public.bench_day('" + today.minusDays(day) + "')");
        }
        database.execute("CALL public.bench_minutes('headrace.readings', '" + today + " 00:00:00+00', now())");
        database.execute("INSERT INTO headrace.series SELECT device_id, metric, (now() AT TIME ZONE 'UTC')::date"
                + " FROM public.bench_series");
        database.execute("CALL public.bench_hours()");
        database.execute("VACUUM ANALYZE");
        database.settle();
    }

    private Answer ask(Question question, Random devices) {
        double[] millis = new double[question.times()];
        for (int i = 0; i < millis.length; i++) {
            String sql = question.sql().replace("%s", Backlog.device(devices.nextInt(1_000)));
            long began = System.nanoTime();
            machine.database().query(sql, row -> {});
            millis[i] = (System.nanoTime() - began) / 1e6;
        }
        Arrays.sort(millis);
        return new Answer(question.name(), millis.length, millis[millis.length / 2], millis[millis.length - 1]);
    }
}
