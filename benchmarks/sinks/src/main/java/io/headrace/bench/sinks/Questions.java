package io.headrace.bench.sinks;

import java.util.List;

/** What analysts ask of the warm tier, in PostgreSQL's words: the questions of {@code docs/querying.md} that it can answer. */
final class Questions {
    private static final String HOUR = "observed_at >= now() - interval '1 hour'";
    private static final String WEEK = "observed_at >= now() - interval '7 days'";

    /**
     * One question.
     *
     * @param sql with {@code %s} for a device, another one each time, where it is about one
     * @param times how often it is asked
     */
    record Question(String name, String sql, int times) {}

    static final List<Question> ALL = List.of(
            new Question(
                    "device, metric, last hour",
                    "SELECT observed_at, value FROM headrace.readings WHERE device_id = '%s' AND metric = 'temperature' AND "
                            + HOUR + " ORDER BY observed_at",
                    200),
            new Question("all devices now", "SELECT * FROM headrace.devices_now ORDER BY device_id", 20),
            new Question(
                    "one device now",
                    "SELECT metric, observed_at, value FROM headrace.latest WHERE device_id = '%s' ORDER BY metric",
                    200),
            new Question(
                    "1 device, last hour",
                    "SELECT observed_at, metric, value, text_value FROM headrace.readings WHERE device_id = '%s' AND "
                            + HOUR + " ORDER BY observed_at, metric",
                    200),
            new Question(
                    "2 newest of each, by scan",
                    "SELECT device_id, metric, max(observed_at), (array_agg(value ORDER BY observed_at DESC))[1]"
                            + " FROM headrace.readings WHERE observed_at >= now() - interval '1 day' AND value IS NOT NULL"
                            + " GROUP BY device_id, metric ORDER BY device_id, metric",
                    1),
            new Question(
                    "2 newest of each, latest",
                    "SELECT device_id, metric, observed_at, value FROM headrace.latest ORDER BY device_id, metric",
                    20),
            new Question(
                    "3 each day, five weeks",
                    "SELECT date_trunc('day', observed_at) AS day, min(value), avg(value), max(value), count(*)"
                            + " FROM headrace.readings WHERE device_id = '%s' AND metric = 'temperature'"
                            + " AND observed_at >= date_trunc('day', now()) - interval '35 days' GROUP BY day ORDER BY day",
                    20),
            new Question(
                    "4 silent for an hour, by scan",
                    "SELECT device_id, max(observed_at) AS last_seen FROM headrace.readings WHERE " + WEEK
                            + " GROUP BY device_id HAVING max(observed_at) < now() - interval '1 hour' ORDER BY last_seen",
                    1),
            new Question(
                    "4 silent for an hour, latest",
                    "SELECT device_id, observed_at FROM headrace.devices_now"
                            + " WHERE observed_at < now() - interval '1 hour' ORDER BY observed_at",
                    20),
            new Question(
                    "5 hours above a limit, week",
                    "SELECT device_id, sum(seconds) / 3600 AS hours FROM (SELECT device_id, value, extract(epoch FROM"
                            + " lead(observed_at) OVER (PARTITION BY device_id ORDER BY observed_at) - observed_at) AS seconds"
                            + " FROM headrace.readings WHERE metric = 'temperature' AND " + WEEK
                            + ") spans WHERE value > 88 GROUP BY device_id ORDER BY hours DESC",
                    1),
            new Question(
                    "6 hours of a day, gaps",
                    "SELECT hour, mean FROM generate_series(date_trunc('hour', now()) - interval '24 hours',"
                            + " date_trunc('hour', now()), interval '1 hour') AS hour LEFT JOIN"
                            + " (SELECT date_trunc('hour', observed_at) AS hour, avg(value) AS mean FROM headrace.readings"
                            + " WHERE device_id = '%s' AND metric = 'temperature'"
                            + " AND observed_at >= now() - interval '25 hours' GROUP BY 1) means USING (hour) ORDER BY hour",
                    50),
            new Question(
                    "7 week to week, by scan",
                    "SELECT device_id, avg(value) FILTER (WHERE " + WEEK + "), avg(value) FILTER (WHERE NOT " + WEEK
                            + ") FROM headrace.readings WHERE metric = 'temperature'"
                            + " AND observed_at >= now() - interval '14 days' GROUP BY device_id ORDER BY device_id",
                    1),
            new Question(
                    "8 how late, two days",
                    "SELECT device_id, count(DISTINCT (origin_partition, origin_offset, origin_index)),"
                            + " max(extract(epoch FROM received_at - observed_at)) FROM headrace.readings"
                            + " WHERE received_at >= now() - interval '2 days' GROUP BY device_id ORDER BY device_id",
                    1),
            new Question(
                    "8 the same, observed bounded",
                    "SELECT device_id, count(DISTINCT (origin_partition, origin_offset, origin_index)),"
                            + " max(extract(epoch FROM received_at - observed_at)) FROM headrace.readings"
                            + " WHERE received_at >= now() - interval '2 days' AND observed_at >= now() - interval '3 days'"
                            + " GROUP BY device_id ORDER BY device_id",
                    1),
            new Question(
                    "9 worst hours of the week",
                    "SELECT device_id, hour, p95 FROM headrace.hourly WHERE metric = 'temperature'"
                            + " AND hour >= now() - interval '7 days' ORDER BY p95 DESC, device_id, hour LIMIT 5",
                    5));

    private Questions() {}
}
