package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.Anomaly;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.Severity;
import io.headrace.record.WindowAggregate;
import io.headrace.record.WindowKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The questions of {@code docs/querying.md}, as they stand there, against answers computed here from what was produced.
 * One fixed time is put in place of {@code now()}, so that no hour ends in the middle.
 */
class QueryingGuideIT {
    private static final Pattern QUESTION =
            Pattern.compile("### (\\d+)\\. (?:(?!###).)*?```sql\n(.*?)```", Pattern.DOTALL);
    private static final Duration LAG = Duration.ofHours(2);
    private static final int DAYS_WARM = 10;

    @TempDir
    static Path folder;

    private static QueryScene scene;
    private static Map<Integer, String> questions = Map.of();
    private static final Instant NOW = Instant.parse("2026-03-04T10:20:30.000123Z");
    private static final Instant TODAY = NOW.truncatedTo(ChronoUnit.DAYS);
    private static final Instant THIS_HOUR = NOW.truncatedTo(ChronoUnit.HOURS);
    private static final List<Point> POINTS = new ArrayList<>();
    private static final List<WindowAggregate> HOURS = new ArrayList<>();
    private static final List<Anomaly> ANOMALIES = new ArrayList<>();
    private static final List<Alert> ALERTS = new ArrayList<>();

    /** One metric of one reading, as a row of the table has it. */
    private record Point(
            Reading reading,
            String metric,
            @Nullable Double value,
            @Nullable String text) {
        String device() {
            return reading.getDeviceId();
        }

        Instant at() {
            return reading.getObservedAt();
        }

        double number() {
            return value == null ? Double.NaN : value;
        }
    }

    @BeforeAll
    static void produce() throws Exception {
        Random random = new Random(11);
        List<Reading> all = new ArrayList<>();
        List<String> devices = List.of("boiler-1", "boiler-2", "pump-7", "quiet-3");
        devices.forEach(device -> all.addAll(readingsOf(device, devices.indexOf(device), random)));
        scene = new QueryScene(folder);
        // retention has dropped what is older, and the cold sink is behind
        scene.tiers()
                .warm(
                        StoredTiers.CATALOGUE.readings(),
                        all.stream()
                                .filter(reading ->
                                        reading.getObservedAt().isAfter(NOW.minus(Duration.ofDays(DAYS_WARM))))
                                .toList());
        scene.tiers()
                .cold(all.stream()
                        .filter(reading -> reading.getReceivedAt().isBefore(NOW.minus(LAG)))
                        .toList());
        all.forEach(QueryingGuideIT::addPoints);
        produceFindings(random);
        questions = questions();
    }

    /** One each half hour for forty days, but of the quiet one of its last hours; gaps in those of the pump. */
    private static List<Reading> readingsOf(String device, int partition, Random random) {
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < 40 * 48; i++) {
            Instant at = NOW.minus(Duration.ofMinutes(15 + 30L * i));
            boolean isMissing = (device.equals("quiet-3") && i < 5) || (device.equals("pump-7") && i % 20 > 13);
            if (isMissing) {
                continue;
            }
            Map<String, Object> values = new HashMap<>();
            values.put("temperature", Math.round((60 + 25 * Math.sin(i / 9.0) + random.nextGaussian()) * 100) / 100.0);
            if (i % 4 == 0) {
                values.put("on", random.nextBoolean());
                values.put("mode", "eco");
            }
            Duration lateness = i % 50 == 7 ? Duration.ofMinutes(45) : Duration.ofSeconds(1 + random.nextInt(30));
            readings.add(Reading.newBuilder()
                    .setDeviceId(device)
                    .setObservedAt(at)
                    .setReceivedAt(at.plus(lateness))
                    .setClock(Clock.DEVICE)
                    .setOrigin(new Origin(partition, (long) i, 0))
                    .setValues(values)
                    .build());
        }
        return readings;
    }

    private static void addPoints(Reading reading) {
        reading.getValues()
                .forEach((metric, value) -> POINTS.add(
                        switch (value) {
                            case Boolean flag -> new Point(reading, metric, flag ? 1.0 : 0.0, flag.toString());
                            case Double number -> new Point(reading, metric, number, null);
                            default -> new Point(reading, metric, null, value.toString());
                        }));
    }

    private static void produceFindings(Random random) {
        for (int i = 0; i < 240; i++) {
            HOURS.add(hour(i % 3 == 0 ? "boiler-1" : "pump-7", THIS_HOUR.minus(Duration.ofHours(i)), random));
        }
        for (int i = 0; i < 30; i++) {
            String device = i % 2 == 0 ? "boiler-1" : "boiler-2";
            Instant raised = NOW.minus(Duration.ofHours(7L + 29L * i));
            boolean isOpen = i % 7 == 3;
            ALERTS.add(Alert.newBuilder()
                    .setId("alert-" + i)
                    .setDeviceId(device)
                    .setRuleId(i % 3 == 0 ? "too-hot" : "silent")
                    .setSeverity(Severity.WARNING)
                    .setState(isOpen ? AlertState.RAISED : AlertState.CLEARED)
                    .setRaisedAt(raised)
                    .setClearedAt(isOpen ? null : raised.plusSeconds(60L * (1 + random.nextInt(90))))
                    .setReceivedAt(raised)
                    .setMessage("as the rule says")
                    .setOrigin(new Origin(0, (long) i, 0))
                    .build());
            if (i % 4 != 1) {
                ANOMALIES.add(anomaly(i % 5 == 0 ? "pump-7" : device, raised.minusSeconds(60L * (i % 15) + 30), i));
            }
        }
        scene.tiers().warm(StoredTiers.CATALOGUE.aggregates(), HOURS);
        scene.tiers().warm(StoredTiers.CATALOGUE.alerts(), ALERTS);
        scene.tiers().warm(StoredTiers.CATALOGUE.anomalies(), ANOMALIES);
    }

    private static Anomaly anomaly(String device, Instant at, long offset) {
        return Anomaly.newBuilder()
                .setDeviceId(device)
                .setMetric("temperature")
                .setStart(at)
                .setReceivedAt(at)
                .setDetector("level")
                .setScore(0.9)
                .setValue(99)
                .setReason("higher than ever")
                .setOrigin(new Origin(0, offset, 0))
                .build();
    }

    private static WindowAggregate hour(String device, Instant start, Random random) {
        double p95 = Math.round(random.nextDouble(60, 99) * 1000) / 1000.0;
        return WindowAggregate.newBuilder()
                .setDeviceId(device)
                .setMetric("temperature")
                .setKind(WindowKind.TUMBLING)
                .setStart(start)
                .setEnd(start.plus(Duration.ofHours(1)))
                .setRevision(0)
                .setCount(2)
                .setMin(50)
                .setMax(100)
                .setSum(150)
                .setMean(75)
                .setStddev(25)
                .setFirst(50)
                .setLast(100)
                .setP50(50)
                .setP95(p95)
                .setP99(100)
                .setReceivedAt(start)
                .build();
    }

    private static Map<Integer, String> questions() throws Exception {
        Path guide = Path.of("../../docs/querying.md");
        Map<Integer, String> found = new TreeMap<>();
        Matcher question = QUESTION.matcher(Files.readString(guide));
        while (question.find()) {
            found.put(Integer.valueOf(question.group(1)), question.group(2));
        }
        return found;
    }

    @AfterAll
    static void stop() {
        scene.close();
    }

    @Test
    void theGuideAsksTenQuestions() {
        assertThat(questions.keySet())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 10).boxed().toList());
    }

    @Test
    void oneWhatADeviceMeasuredInTheLastHour() {
        requireAnswer(
                1,
                points(point -> point.device().equals("boiler-1") && isWithin(point, Duration.ofHours(1)))
                        .sorted(Comparator.comparing(Point::at).thenComparing(Point::metric))
                        .map(point -> row(point.at(), point.metric(), point.value(), point.text())));
    }

    @Test
    void twoTheNewestValueOfEachMetric() {
        Map<String, Point> newest = new TreeMap<>();
        points(point -> point.value() != null && isWithin(point, Duration.ofDays(1)))
                .forEach(point -> newest.merge(
                        point.device() + " " + point.metric(), point, (a, b) -> a.at().isAfter(b.at()) ? a : b));
        requireAnswer(
                2,
                newest.values().stream().map(point -> row(point.device(), point.metric(), point.at(), point.value())));
    }

    @Test
    void threeHowEachDayWent() {
        Map<Instant, List<Double>> days = new TreeMap<>();
        points(point -> point.device().equals("boiler-1")
                        && point.metric().equals("temperature")
                        && !point.at().isBefore(TODAY.minus(Duration.ofDays(35))))
                .forEach(
                        point -> days.computeIfAbsent(point.at().truncatedTo(ChronoUnit.DAYS), day -> new ArrayList<>())
                                .add(point.number()));
        assertThat(days).hasSizeGreaterThan(DAYS_WARM + 20);
        requireAnswer(3, days.entrySet().stream().map(day -> {
            var values =
                    day.getValue().stream().mapToDouble(Double::doubleValue).summaryStatistics();
            return row(day.getKey(), values.getMin(), values.getAverage(), values.getMax(), values.getCount());
        }));
    }

    @Test
    void fourWhoHasSaidNothing() {
        Map<String, Instant> seen = new HashMap<>();
        points(point -> isWithin(point, Duration.ofDays(7)))
                .forEach(point -> seen.merge(point.device(), point.at(), (a, b) -> a.isAfter(b) ? a : b));
        List<List<Object>> silent = seen.entrySet().stream()
                .filter(device -> device.getValue().isBefore(NOW.minus(Duration.ofHours(1))))
                .sorted(Map.Entry.comparingByValue())
                .map(device -> row(device.getKey(), device.getValue()))
                .toList();
        assertThat(silent).isNotEmpty();
        requireAnswer(4, silent.stream());
    }

    @Test
    void fiveHoursAboveTheLimit() {
        Map<String, Double> hours = new HashMap<>();
        byDevice(Duration.ofDays(7)).forEach((device, points) -> {
            for (int i = 0; i < points.size() - 1; i++) {
                if (points.get(i).number() > 80) {
                    Duration span = Duration.between(
                            points.get(i).at(), points.get(i + 1).at());
                    hours.merge(device, span.toSeconds() / 3600.0, Double::sum);
                }
            }
        });
        requireAnswer(
                5,
                hours.entrySet().stream()
                        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                        .map(device -> row(device.getKey(), device.getValue())));
    }

    @Test
    void sixTheMeanOfEachHourAndTheHoursWithNothing() {
        Map<Instant, List<Double>> hours = new HashMap<>();
        points(point -> point.device().equals("pump-7")
                        && point.metric().equals("temperature")
                        && isWithin(point, Duration.ofHours(25)))
                .forEach(point -> hours.computeIfAbsent(
                                point.at().truncatedTo(ChronoUnit.HOURS), hour -> new ArrayList<>())
                        .add(point.number()));
        List<List<Object>> expected = IntStream.rangeClosed(-24, 0)
                .mapToObj(i -> THIS_HOUR.plus(Duration.ofHours(i)))
                .map(hour -> row(hour, hours.containsKey(hour) ? mean(hours.get(hour)) : null))
                .toList();
        assertThat(expected).anyMatch(hour -> hour.get(1) == null);
        requireAnswer(6, expected.stream());
    }

    @Test
    void sevenThisWeekAndTheOneBefore() {
        requireAnswer(7, byDevice(Duration.ofDays(14)).entrySet().stream().map(device -> {
            List<Point> points = device.getValue();
            Predicate<Point> isOfThisWeek = point -> isWithin(point, Duration.ofDays(7));
            return row(
                    device.getKey(),
                    meanOf(points.stream().filter(isOfThisWeek).toList()),
                    meanOf(points.stream().filter(isOfThisWeek.negate()).toList()));
        }));
    }

    @Test
    void eightHowLateReadingsCome() {
        Map<String, Set<Origin>> readings = new TreeMap<>();
        Map<String, Double> slowest = new HashMap<>();
        points(point -> !point.reading().getReceivedAt().isBefore(NOW.minus(Duration.ofDays(2))))
                .forEach(point -> {
                    readings.computeIfAbsent(point.device(), device -> new HashSet<>())
                            .add(point.reading().getOrigin());
                    double seconds = Duration.between(
                                    point.at(), point.reading().getReceivedAt())
                            .toSeconds();
                    slowest.merge(point.device(), seconds, Math::max);
                });
        requireAnswer(
                8,
                readings.entrySet().stream()
                        .map(device -> row(device.getKey(), device.getValue().size(), slowest.get(device.getKey()))));
    }

    @Test
    void nineTheWorstHours() {
        requireAnswer(
                9,
                HOURS.stream()
                        .filter(hour -> !hour.getStart().isBefore(NOW.minus(Duration.ofDays(7))))
                        .sorted(Comparator.comparingDouble(WindowAggregate::getP95)
                                .reversed())
                        .limit(5)
                        .map(hour -> row(hour.getDeviceId(), hour.getStart(), hour.getP95())));
    }

    @Test
    void tenHowLongAlertsLast() {
        Map<String, List<Alert>> rules = new TreeMap<>();
        ALERTS.stream()
                .filter(alert -> !alert.getRaisedAt().isBefore(NOW.minus(Duration.ofDays(30))))
                .forEach(alert -> rules.computeIfAbsent(alert.getRuleId(), rule -> new ArrayList<>())
                        .add(alert));
        requireAnswer(10, rules.entrySet().stream().map(rule -> {
            List<Alert> alerts = rule.getValue();
            long open = alerts.stream()
                    .filter(alert -> alert.getState() == AlertState.RAISED)
                    .count();
            double seconds = alerts.stream()
                    .filter(alert -> alert.getClearedAt() != null)
                    .mapToLong(alert -> Duration.between(alert.getRaisedAt(), alert.getClearedAt())
                            .toSeconds())
                    .average()
                    .orElseThrow();
            long foreseen = alerts.stream().filter(QueryingGuideIT::isForeseen).count();
            assertThat(foreseen).isBetween(1L, alerts.size() - 1L);
            return row(rule.getKey(), alerts.size(), open, seconds / 60, foreseen);
        }));
    }

    private static boolean isForeseen(Alert alert) {
        return ANOMALIES.stream().anyMatch(anomaly -> {
            Duration before = Duration.between(anomaly.getStart(), alert.getRaisedAt());
            return anomaly.getDeviceId().equals(alert.getDeviceId())
                    && !before.isNegative()
                    && before.compareTo(Duration.ofMinutes(10)) <= 0;
        });
    }

    private static Stream<Point> points(Predicate<Point> wanted) {
        return POINTS.stream().filter(wanted);
    }

    private static boolean isWithin(Point point, Duration age) {
        return !point.at().isBefore(NOW.minus(age));
    }

    /** Temperatures, the oldest first. */
    private static Map<String, List<Point>> byDevice(Duration age) {
        Map<String, List<Point>> devices = new TreeMap<>();
        points(point -> point.metric().equals("temperature") && isWithin(point, age))
                .sorted(Comparator.comparing(Point::at))
                .forEach(point -> devices.computeIfAbsent(point.device(), device -> new ArrayList<>())
                        .add(point));
        return devices;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static double meanOf(List<Point> points) {
        return mean(points.stream().map(Point::number).toList());
    }

    private static List<Object> row(@Nullable Object... cells) {
        return Arrays.asList(cells);
    }

    private static void requireAnswer(int question, Stream<List<Object>> expected) {
        List<List<Object>> wanted = expected.toList();
        List<JsonNode> rows = scene.rows(questions
                .getOrDefault(question, "there is no such question")
                .replace("now()", "TIMESTAMPTZ '" + NOW + "'"));
        assertThat(rows).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            List<JsonNode> cells = new ArrayList<>();
            rows.get(i).forEach(cells::add);
            assertThat(cells).hasSameSizeAs(wanted.get(i));
            for (int c = 0; c < cells.size(); c++) {
                requireCell(
                        "row " + i + " of " + rows, cells.get(c), wanted.get(i).get(c));
            }
        }
    }

    private static void requireCell(String where, JsonNode cell, @Nullable Object wanted) {
        switch (wanted) {
            case null -> assertThat(cell.isNull()).as(where).isTrue();
            case Instant time ->
                assertThat(Instant.parse(cell.asText())).as(where).isEqualTo(time);
            case Number number ->
                assertThat(cell.asDouble(Double.NaN)).as(where).isCloseTo(number.doubleValue(), within(1e-6));
            default -> assertThat(cell.asText()).as(where).isEqualTo(wanted.toString());
        }
    }
}
