package io.headrace.control.erase;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Headers;
import io.headrace.catalogue.Topic;
import io.headrace.control.access.Caller;
import io.headrace.control.access.Role;
import io.headrace.control.audit.Audit;
import io.headrace.control.compacted.Table;
import io.headrace.control.devices.DeviceRegistry;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.Offsets;
import io.headrace.record.ErasedPlace;
import io.headrace.record.Erasure;
import io.headrace.record.ErasureState;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Utils;

/**
 * Carries one erasure out, from the beginning whenever it is begun again: each step does what is left of it.
 *
 * <ol>
 *   <li>The device is disabled, and a moment later nothing of it is on its way.
 *   <li>The cut is written down: raw messages of the device before it are erased, and whoever meets one passes it over.
 *   <li>The processors are told, in the partition of the device, and forget it; then what they have made of it is in Kafka
 *       and no more comes.
 *   <li>The sinks store what is left of it; then it is deleted from their stores, and counted anew.
 * </ol>
 *
 * Where a store has rows again at the end, something was on its way for longer, and it begins once more.
 */
record ErasureRun(
        KafkaClients clients,
        EraseConfig config,
        List<ErasedStore> stores,
        Table<Erasure> table,
        DeviceRegistry devices,
        Audit audit,
        Clock clock,
        BooleanSupplier stopping) {
    private static final long LOOK_EVERY_MS = 500;

    /**
     * Returns when it is done, or when this process stops.
     *
     * @throws UnavailableException where something is away: to be run again
     */
    void run(String device) throws InterruptedException {
        boolean done = false;
        while (!done && !stopping.getAsBoolean()) {
            done = pass(device);
        }
    }

    private boolean pass(String device) throws InterruptedException {
        Caller caller = new Caller(current(device).getActor(), Role.ADMIN);
        note(device, "disconnecting the device");
        devices.disable(caller, device);
        TimeUnit.MILLISECONDS.sleep(config.settle().toMillis());
        try (Offsets offsets = new Offsets(clients)) {
            Map<TopicPartition, Long> cut = cut(device, offsets);
            devices.forget(caller, device);
            TopicPartition at = partition(device, cut.size());
            Map<TopicPartition, Long> toPass = new HashMap<>(cut);
            RecordMetadata told = tell(device, at, cut.getOrDefault(at, 0L));
            toPass.put(new TopicPartition(told.topic(), told.partition()), told.offset() + 1);
            return awaitProcessors(device, offsets, toPass)
                    && eraseFromStores(device, offsets)
                    && finish(device, caller);
        }
    }

    private Map<TopicPartition, Long> cut(String device, Offsets offsets) {
        Map<TopicPartition, Long> ends =
                offsets.ends(offsets.partitions(catalogue().raw().name()));
        Map<String, Long> cut = new HashMap<>();
        ends.forEach((partition, end) -> cut.put(Integer.toString(partition.partition()), end));
        put(Erasure.newBuilder(current(device))
                .setCut(cut)
                .setStep("waiting for the processors to forget it")
                .build());
        return ends;
    }

    /** As the gateways' producers choose it. */
    private TopicPartition partition(String device, int partitions) {
        int hash = Utils.toPositive(Utils.murmur2(device.getBytes(StandardCharsets.UTF_8)));
        return new TopicPartition(catalogue().raw().name(), hash % partitions);
    }

    private RecordMetadata tell(String device, TopicPartition at, long before) throws InterruptedException {
        RecordHeaders headers = new RecordHeaders();
        Headers.set(headers, Headers.ERASE, Long.toString(before));
        byte[] key = device.getBytes(StandardCharsets.UTF_8);
        String topic = catalogue().replay().name();
        try (Producer<byte[], byte[]> producer = clients.byteProducer()) {
            return producer.send(new ProducerRecord<>(topic, at.partition(), clock.millis(), key, new byte[0], headers))
                    .get(15, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new UnavailableException(topic + " didn't take an erasure", e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw new UnavailableException(topic + " didn't take an erasure", e);
        }
    }

    private boolean awaitProcessors(String device, Offsets offsets, Map<TopicPartition, Long> toPass)
            throws InterruptedException {
        Passing passing = new Passing(clients, offsets);
        for (String application : config.processors()) {
            String group = clients.config().topicPrefix() + application;
            if (!await(() -> passing.isPast(group, toPass))) {
                return false;
            }
        }
        put(Erasure.newBuilder(current(device))
                .setProcessors(config.processors())
                .build());
        return true;
    }

    private boolean eraseFromStores(String device, Offsets offsets) throws InterruptedException {
        Passing passing = new Passing(clients, offsets);
        long left = 0;
        for (ErasedStore store : stores) {
            note(device, "waiting for the sink " + store.name());
            if (!awaitSink(device, store, passing)) {
                return false;
            }
            note(device, "erasing from " + store.name());
            ErasedStore.Result result = store.erase(device);
            place(device, store.name(), result, store.count(device));
        }
        for (ErasedStore store : stores) {
            left += place(device, store.name(), new ErasedStore.Result(0, 0), store.count(device));
        }
        return left == 0;
    }

    private boolean awaitSink(String device, ErasedStore store, Passing passing) throws InterruptedException {
        String group = passing.group(store.name());
        Map<TopicPartition, Long> last = passing.lastOf(device, group, store.inputs(catalogue()));
        if (!await(() -> passing.isPast(group, last))) {
            return false;
        }
        Optional<Topic<?>> control = store.control(catalogue());
        if (control.isEmpty()) {
            return true;
        }
        String coordinator = group + "-coord";
        Map<TopicPartition, Long> told = passing.lastOf(coordinator, control.get());
        return await(() -> passing.isPast(coordinator, told));
    }

    /** Adds to what was erased there before. */
    private long place(String device, String name, ErasedStore.Result result, long left) {
        Erasure erasure = current(device);
        List<ErasedPlace> places = new ArrayList<>();
        ErasedPlace known = new ErasedPlace(name, 0L, 0L, 0);
        for (ErasedPlace place : erasure.getPlaces()) {
            if (place.getName().equals(name)) {
                known = place;
            } else {
                places.add(place);
            }
        }
        places.add(
                new ErasedPlace(name, known.getErased() + result.rows(), left, known.getRewritten() + result.files()));
        put(Erasure.newBuilder(erasure).setPlaces(places).build());
        return left;
    }

    private boolean finish(String device, Caller caller) {
        Map<String, Instant> until;
        try (Admin admin = clients.admin()) {
            until = KafkaLeft.until(admin, clients.config().topicPrefix(), clock.instant());
        }
        Erasure done = Erasure.newBuilder(current(device))
                .setState(ErasureState.DONE)
                .setStep("")
                .setKafkaUntil(until)
                .setFinishedAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
                .build();
        audit.record(caller, "device.erased", device, Map.of("proof", ErasureView.of(done)));
        put(done);
        return true;
    }

    private interface Condition {
        boolean holds();
    }

    private boolean await(Condition condition) throws InterruptedException {
        while (!condition.holds()) {
            if (stopping.getAsBoolean()) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        }
        return true;
    }

    private Erasure current(String device) {
        return table.find(device).orElseThrow(() -> new IllegalStateException("there is no erasure of " + device));
    }

    private void note(String device, String step) {
        Erasure erasure = current(device);
        if (!erasure.getStep().equals(step)) {
            put(Erasure.newBuilder(erasure).setStep(step).build());
        }
    }

    private void put(Erasure erasure) {
        table.put(erasure.getDeviceId(), erasure);
    }

    private Catalogue catalogue() {
        return clients.config().catalogue();
    }
}
