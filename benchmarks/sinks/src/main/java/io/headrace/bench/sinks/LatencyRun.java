package io.headrace.bench.sinks;

import io.headrace.bench.load.Acknowledged;
import io.headrace.bench.load.Load;
import io.headrace.bench.load.Outcome;
import io.headrace.bench.load.Plan;
import io.headrace.bench.run.BenchException;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Jvm;
import io.headrace.bench.run.Options;
import io.headrace.bench.system.HeadraceMain;
import io.headrace.bench.windows.ProcessorsMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Devices send over MQTT to the gateway, the processors make readings of it, the warm sink stores them; PostgreSQL says when
 * each row was committed.
 */
record LatencyRun(Machine machine, Options options) {
    private static final String PREFIX = "bench-latency-";
    private static final int DEVICES = 1_000;
    private static final int RATE = 5_000;
    private static final String PASSWORD = "aGVhZHJhY2UgYmVuY2htYXJrIGRldmljZSBrZXkhISE=";
    private static final int START_SECONDS = 90;
    private static final int DRAIN_TRIES = 60;
    /** A metric that every message has one of: its number. */
    private static final String ROWS = " FROM headrace.readings WHERE metric = 'n' AND device_id LIKE 'bench-%'";

    /**
     * What was found.
     *
     * @param messages stored of those that were due in the measured time
     * @param p50 milliseconds from when a message was due to the commit of its row
     * @param rate of acknowledgements a second
     * @param acknowledged messages, all told
     * @param missing acknowledged messages without a row
     * @param twice rows too many
     */
    record Result(
            long messages,
            double p50,
            double p99,
            double worst,
            double rate,
            long acknowledged,
            long missing,
            long twice) {}

    Result measure() {
        machine.hub(PREFIX);
        Map<String, String> connector = Worker.template(
                machine,
                "warm",
                PREFIX,
                Map.of("warm.tasks", "1", "warm.partition-width", "day", "warm.retention-days", "0"));
        connector.putAll(options.settings());
        try (Child processors = Child.start(
                        "the processors", machine.jvm().own(Jvm.gatewayOptions(), ProcessorsMain.class, processors()));
                Child gateway = Child.start(
                        "the gateway", machine.jvm().own(Jvm.gatewayOptions(), HeadraceMain.class, gateway()));
                Worker worker = Worker.start(machine, "latency")) {
            worker.put(connector.getOrDefault("name", "warm"), connector);
            processors.await("ready"::equals, START_SECONDS);
            String ready = gateway.await(line -> line.startsWith("ready "), START_SECONDS);
            int port = Integer.parseInt(ready.replaceFirst(".*mqtt [^:]*:(\\d+).*", "$1"));
            Plan plan = plan(port, List.of(gateway.pid(), processors.pid(), worker.pid()));
            long from = System.currentTimeMillis() + plan.warmUp() * 1_000L;
            Outcome outcome = new Load(machine.jvm()).carryOut(plan);
            return result(Acknowledged.load(plan.acknowledged()), from, outcome.rate());
        }
    }

    private Plan plan(int port, List<Long> pids) {
        return new Plan(
                Plan.Kind.MQTT_ALARMING,
                port,
                DEVICES,
                16,
                RATE,
                options.isQuick() ? 12 : 20,
                options.isQuick() ? 10 : 30,
                PASSWORD,
                pids,
                machine.broker().pid(),
                machine.folder().resolve("acknowledged"));
    }

    private List<String> gateway() {
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(DEVICES), PASSWORD));
        arguments.addAll(kafka());
        arguments.addAll(List.of(
                "gateway.mqtt.listen=127.0.0.1:0",
                "gateway.http.listen=off",
                "gateway.amqp.listen=off",
                "gateway.coap.listen=off",
                "gateway.coaps.listen=off",
                "gateway.id=bench"));
        return arguments;
    }

    private List<String> processors() {
        List<String> arguments = new ArrayList<>(kafka());
        Path state = machine.folder().resolve("state");
        arguments.addAll(List.of(
                "processors.state-dir=" + state,
                "processors.fragments=normalize,route",
                "processors.query.listen=127.0.0.1:0"));
        return arguments;
    }

    private List<String> kafka() {
        return List.of(
                "kafka.bootstrap-servers=" + machine.broker().bootstrapServers(),
                "kafka.topic-prefix=" + PREFIX,
                "kafka.partitions=4",
                "kafka.replication=1",
                "registry.url=" + machine.registry());
    }

    private Result result(Acknowledged acknowledged, long from, double rate) {
        Account account = account(acknowledged);
        for (int i = 0; i < DRAIN_TRIES && account.missing > 0; i++) {
            pause();
            account = account(acknowledged);
        }
        double[] found = new double[4];
        String latency = "extract(epoch FROM pg_xact_commit_timestamp(xmin) - observed_at)::float8 * 1000";
        machine.database()
                .query(
                        "SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY ms), percentile_disc(0.99) WITHIN GROUP"
                                + " (ORDER BY ms), max(ms) FROM (SELECT " + latency + " AS ms" + ROWS
                                + " AND observed_at >= to_timestamp(" + from / 1_000.0 + ")) each",
                        row -> {
                            for (int i = 0; i < found.length; i++) {
                                found[i] = row.getDouble(i + 1);
                            }
                        });
        return new Result(
                (long) found[0],
                found[1],
                found[2],
                found[3],
                rate,
                account.acknowledged,
                account.missing,
                account.twice);
    }

    private record Account(long acknowledged, long missing, long twice) {}

    private Account account(Acknowledged acknowledged) {
        List<BitSet> stored = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            stored.add(new BitSet());
        }
        long[] twice = new long[1];
        machine.database().query("SELECT device_id, value" + ROWS, row -> {
            String device = row.getString(1);
            BitSet numbers = stored.get(Integer.parseInt(device.substring(device.length() - 5)));
            int number = (int) row.getDouble(2);
            twice[0] += numbers.get(number) ? 1 : 0;
            numbers.set(number);
        });
        long all = 0;
        long missing = 0;
        for (int device = 0; device < acknowledged.devices(); device++) {
            BitSet left = (BitSet) acknowledged.of(device).clone();
            all += left.cardinality();
            left.andNot(stored.get(device));
            missing += left.cardinality();
        }
        return new Account(all, missing, twice[0]);
    }

    private static void pause() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }
}
