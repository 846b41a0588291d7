package io.headrace.control.commands;

import io.headrace.catalogue.Catalogue;
import io.headrace.control.access.Role;
import io.headrace.control.audit.Audit;
import io.headrace.control.compacted.Table;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.http.UnavailableException;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.TopicTail;
import io.headrace.control.kafka.TopicTail.Follow;
import io.headrace.record.CommandResult;
import io.headrace.record.Device;
import io.headrace.record.DeviceCommand;
import io.headrace.record.DeviceStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Endpoints under {@code /api/v1/devices/{id}/commands}. Follows both topics of commands from their beginning. */
public final class CommandsApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandsApi.class);
    private static final String ALL = "/api/v1/devices/{id}/commands";
    private static final int KEPT = 50_000;
    private static final long BUDGET = 64 << 20;
    private static final int LONGEST_WAIT_MS = 60_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Set<String> STATES =
            Set.of("pending", "delivered", "succeeded", "failed", "expired", "rejected");

    private final String commandsTopic;
    private final String resultsTopic;
    private final Deserializer<DeviceCommand> commands;
    private final Deserializer<CommandResult> results;
    private final LatestCommands latest = new LatestCommands(KEPT, BUDGET);
    private final Table<Device> devices;
    private final Producer<String, DeviceCommand> producer;
    private final Audit audit;
    private final Clock clock;
    private final TopicTail tail;
    /** One after the other, so that of two requests with one id the second finds what the first has made. */
    private final ReentrantLock making = new ReentrantLock();

    /** A device's commands, the newest first. */
    record Found(List<CommandView> commands) {}

    /** Starts following; returns at once. */
    public CommandsApi(KafkaClients clients, Table<Device> devices, Audit audit, Clock clock) {
        Catalogue catalogue = clients.config().catalogue();
        this.commandsTopic = catalogue.commands().name();
        this.resultsTopic = catalogue.commandResults().name();
        this.commands = clients.decoder(catalogue.commands());
        this.results = clients.decoder(catalogue.commandResults());
        this.producer = clients.producer(catalogue.commands());
        this.devices = devices;
        this.audit = audit;
        this.clock = clock;
        Set<String> both = Set.of(commandsTopic, resultsTopic);
        this.tail = TopicTail.start(new Follow("tail-commands", both::contains, Long.MAX_VALUE, this::take), clients);
    }

    private void take(ConsumerRecord<String, byte[]> row) {
        try {
            if (row.topic().equals(commandsTopic)) {
                Optional.ofNullable(commands.deserialize(commandsTopic, row.value()))
                        .ifPresent(latest::plus);
            } else {
                Optional.ofNullable(results.deserialize(resultsTopic, row.value()))
                        .ifPresent(latest::plus);
            }
        } catch (SerializationException e) {
            LOG.warn(
                    "{}-{} has an unreadable record at {}: {}",
                    row.topic(),
                    row.partition(),
                    row.offset(),
                    e.getMessage());
        }
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("POST", ALL, Role.OPERATOR, this::make),
                Endpoint.of("GET", ALL, Role.VIEWER, this::list),
                Endpoint.of("GET", ALL + "/{command}", Role.VIEWER, this::show));
    }

    private Device device(Call call) {
        return devices.find(call.path("id")).orElseThrow(() -> Problem.notFound("there is no device of this id"));
    }

    /** Of an earlier device of the same id that was deleted, nothing is shown. */
    private static boolean isOf(Device device, CommandState state) {
        return state.command()
                .filter(command -> !command.getCreatedAt().isBefore(device.getCreatedAt()))
                .isPresent();
    }

    private Answer make(Call call) {
        Device device = device(call);
        NewCommand wanted = call.json(NewCommand.class);
        DeviceCommand command =
                wanted.toCommand(device.getId(), call.caller(), clock.instant().truncatedTo(ChronoUnit.MICROS));
        if (device.getStatus() != DeviceStatus.ENABLED) {
            throw Problem.conflict(
                    "the device is " + device.getStatus().name().toLowerCase(Locale.ROOT) + ", and gets no commands");
        }
        if (!tail.isCurrent()) {
            throw new UnavailableException("the commands that were made before aren't read yet");
        }
        making.lock();
        try {
            Optional<CommandState> before = latest.find(device.getId(), command.getId());
            if (before.isPresent()) {
                return again(command, before.get());
            }
            audit.record(
                    call.caller(),
                    "device.command",
                    device.getId(),
                    Map.of(
                            "id", command.getId(),
                            "name", command.getName(),
                            "payloadBytes", command.getPayload().remaining(),
                            "expiresAt", command.getExpiresAt().toString()));
            send(command);
            latest.plus(command);
        } finally {
            making.unlock();
        }
        return accepted(command, CommandState.UNKNOWN);
    }

    private static Answer again(DeviceCommand wanted, CommandState before) {
        DeviceCommand made = before.command().orElseThrow();
        boolean isSame = made.getName().equals(wanted.getName())
                && made.getPayload().equals(wanted.getPayload())
                && made.getContentType().equals(wanted.getContentType());
        if (!isSame) {
            throw Problem.conflict("the device has another command of this id");
        }
        return accepted(made, before);
    }

    private static Answer accepted(DeviceCommand command, CommandState state) {
        String location = ALL.replace("{id}", URLEncoder.encode(command.getDeviceId(), StandardCharsets.UTF_8)) + "/"
                + URLEncoder.encode(command.getId(), StandardCharsets.UTF_8);
        return new Answer.Body(202, CommandView.of(command, state), Optional.of(location));
    }

    private void send(DeviceCommand command) {
        try {
            producer.send(new ProducerRecord<>(commandsTopic, command.getDeviceId(), command))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new UnavailableException(commandsTopic + " didn't take a command", e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw new UnavailableException(commandsTopic + " didn't take a command in " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while sending a command", e);
        }
    }

    private Answer list(Call call) {
        Device device = device(call);
        Optional<String> state = call.findQuery("state");
        if (state.isPresent() && !STATES.contains(state.get())) {
            throw Problem.badRequest("state must be pending, delivered, succeeded, failed, expired or rejected");
        }
        return Answer.ok(new Found(latest.of(device.getId()).stream()
                .filter(each -> isOf(device, each))
                .filter(each -> state.map(each.word()::equals).orElse(true))
                .limit(call.query("limit", 100, 1, 1_000))
                .map(CommandsApi::view)
                .toList()));
    }

    private Answer show(Call call) {
        Device device = device(call);
        int wait = call.query("waitMs", 0, 0, LONGEST_WAIT_MS);
        try {
            return latest.await(device.getId(), call.path("command"), wait)
                    .filter(state -> isOf(device, state))
                    .map(state -> Answer.ok(view(state)))
                    .orElseThrow(() -> Problem.notFound("there is no command of this id, or not any more"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for an answer", e);
        }
    }

    private static CommandView view(CommandState state) {
        return CommandView.of(state.command().orElseThrow(), state);
    }

    @Override
    public void close() {
        tail.close();
        producer.close(Duration.ofSeconds(5));
    }
}
