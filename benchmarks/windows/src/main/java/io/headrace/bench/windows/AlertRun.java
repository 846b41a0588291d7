package io.headrace.bench.windows;

import io.headrace.bench.load.Acknowledged;
import io.headrace.bench.load.Load;
import io.headrace.bench.load.Outcome;
import io.headrace.bench.load.Plan;
import io.headrace.bench.run.Child;
import io.headrace.bench.run.Jvm;
import io.headrace.bench.run.Options;
import io.headrace.bench.system.HeadraceMain;
import io.headrace.catalogue.Catalogue;
import io.headrace.record.Rule;
import io.headrace.record.Severity;
import io.headrace.registry.RegistryClient;
import io.headrace.registry.RegistryConfig;
import io.headrace.wire.AvroDeserializer;
import io.headrace.wire.AvroSerializer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Devices send over MQTT to the gateway, every tenth of their messages raises or clears an alert. */
record AlertRun(WindowsBench.Machine machine, Options options) {
    private static final int DEVICES = 1_000;
    private static final int RATE = 5_000;
    private static final String PASSWORD = "aGVhZHJhY2UgYmVuY2htYXJrIGRldmljZSBrZXkhISE=";
    private static final int START_SECONDS = 60;
    /** Until then Java's compilers, of three processes, take as much of two processors as the messages. */
    private static final int WARM_UP_SECONDS = 60;

    private static final int QUICK_WARM_UP_SECONDS = 35;
    /** Each reads all readings, some seconds. */
    private static final int CATCHING_UP_TRIES = 30;

    /**
     * What was found.
     *
     * @param seen alerts
     * @param acknowledged messages, from the first on
     * @param rate of acknowledgements in the measured time
     * @param messagesLost acknowledged messages that aren't readings
     * @param acknowledgedP99 latency of the gateway's answer, milliseconds
     * @param cores that were busy in the measured time
     */
    record Result(
            AlertWatch.Seen seen,
            long acknowledged,
            double rate,
            long messagesLost,
            double acknowledgedP99,
            Cores cores) {}

    /** How many processors each kept busy; the machine's own work isn't in it. */
    record Cores(double processorsAndGateway, double broker, double load) {
        static Cores of(Outcome outcome) {
            double micros = outcome.seconds() * 1e6;
            return new Cores(
                    outcome.cpuMicros() / micros, outcome.brokerCpuMicros() / micros, outcome.loadCpuMicros() / micros);
        }
    }

    Result measure() {
        Catalogue hub = machine.hub("bench-alerts-");
        RegistryClient schemas = new RegistryClient(RegistryConfig.of(machine.registry()));
        rule(hub, schemas);
        Options all = new Options(false, false, List.of(), List.of(), settings());
        List<String> processors = machine.jvm()
                .own(Contest.processorsOptions(), ProcessorsMain.class, Contest.processors(machine, hub, all));
        try (Child running = machine.start("the processors", processors);
                Child gateway = gateway();
                AlertWatch watch = new AlertWatch(
                        machine.broker(), hub.alerts().name(), new AvroDeserializer<>(hub.alerts(), schemas))) {
            String ready = gateway.await(line -> line.startsWith("ready "), START_SECONDS);
            int port = Integer.parseInt(ready.replaceFirst(".*mqtt [^:]*:(\\d+).*", "$1"));
            Plan plan = plan(port, List.of(running.pid(), gateway.pid()));
            long from = System.currentTimeMillis() + plan.warmUp() * 1_000L;
            Outcome outcome = carriedOut(plan);
            Acknowledged acknowledged = Acknowledged.load(plan.acknowledged());
            AlertWatch.Seen seen = watch.seen(acknowledged, from);
            long sent = 0;
            for (int device = 0; device < acknowledged.devices(); device++) {
                sent += acknowledged.of(device).cardinality();
            }
            return new Result(seen, sent, outcome.rate(), lost(hub, sent), outcome.p99(), Cores.of(outcome));
        }
    }

    /** What isn't there yet a while after the load has ended, when whoever is behind has caught up. */
    private long lost(Catalogue hub, long sent) {
        long lost = sent;
        for (int i = 0; i < CATCHING_UP_TRIES && lost > 0; i++) {
            lost = sent - Origins.of(machine.broker(), hub.readings().name()).messages();
        }
        return Math.max(0, lost);
    }

    private Outcome carriedOut(Plan plan) {
        try (Load load = new Load(machine.jvm())) {
            return load.carryOut(plan);
        }
    }

    /** All fragments, a query port that is free. */
    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Map.of(
                "processors.fragments", "normalize,route,window,detect,rules,hot",
                "processors.query.listen", "127.0.0.1:0"));
        settings.putAll(options.settings());
        return settings;
    }

    private Child gateway() {
        List<String> arguments = List.of(
                Integer.toString(DEVICES),
                PASSWORD,
                "kafka.bootstrap-servers=" + machine.broker().bootstrapServers(),
                "kafka.topic-prefix=bench-alerts-",
                "kafka.partitions=4",
                "kafka.replication=1",
                "registry.url=" + machine.registry(),
                "gateway.mqtt.listen=127.0.0.1:0",
                "gateway.http.listen=off",
                "gateway.amqp.listen=off",
                "gateway.coap.listen=off",
                "gateway.coaps.listen=off",
                "gateway.id=bench");
        return Child.start("the gateway", machine.jvm().own(Jvm.gatewayOptions(), HeadraceMain.class, arguments));
    }

    private Plan plan(int port, List<Long> pids) {
        Path acknowledged = machine.folder().resolve("acknowledged");
        int seconds = options.isQuick() ? 15 : 30;
        return new Plan(
                Plan.Kind.MQTT_ALARMING,
                port,
                DEVICES,
                16,
                RATE,
                options.isQuick() ? QUICK_WARM_UP_SECONDS : WARM_UP_SECONDS,
                seconds,
                PASSWORD,
                pids,
                machine.broker().pid(),
                acknowledged);
    }

    private void rule(Catalogue hub, RegistryClient schemas) {
        Rule rule = Rule.newBuilder()
                .setId("too-warm")
                .setEnabled(true)
                .setCondition("values.temperature > 80.0")
                .setSeverity(Severity.WARNING)
                .setUpdatedAt(Instant.now())
                .build();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", (Object) machine.broker().bootstrapServers()),
                        new StringSerializer(),
                        new ByteArraySerializer());
                AvroSerializer<Rule> serializer = new AvroSerializer<>(hub.rules(), schemas)) {
            String topic = hub.rules().name();
            producer.send(new ProducerRecord<>(topic, rule.getId(), serializer.serialize(topic, rule)));
        }
    }
}
