package io.headrace.control.deadletters;

import io.headrace.catalogue.Reason;
import io.headrace.control.access.Role;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.kafka.KafkaClients;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Endpoints under {@code /api/v1/dead-letters}. */
public final class DeadLettersApi {
    private static final String ALL = "/api/v1/dead-letters";
    private static final int MAX_LIMIT = 1_000;

    private final DeadLetterReader reader;

    /**
     * An answer to a list.
     *
     * @param complete false where there were too many records to look through: older ones may match too
     */
    record Listing(List<DeadLetter> deadLetters, boolean complete) {}

    public DeadLettersApi(KafkaClients clients) {
        this.reader = new DeadLetterReader(clients);
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", ALL, Role.VIEWER, this::list),
                Endpoint.of("GET", ALL + "/{topic}/{partition}/{offset}", Role.VIEWER, this::show));
    }

    private Answer list(Call call) {
        Optional<String> reason = call.findQuery("reason");
        Optional<String> device = call.findQuery("device");
        reason.ifPresent(DeadLettersApi::requireReason);
        Optional<Instant> from = call.findTime("from");
        Optional<Instant> until = call.findTime("until");
        Predicate<ConsumerRecord<String, byte[]>> wanted =
                row -> (reason.isEmpty() || reason.get().equals(DeadLetter.reason(row)))
                        && (device.isEmpty() || device.get().equals(row.key()))
                        && (from.isEmpty() || !DeadLetter.receivedAt(row).isBefore(from.get()))
                        && (until.isEmpty() || DeadLetter.receivedAt(row).isBefore(until.get()));
        return Answer.ok(reader.newest(call.findQuery("topic"), wanted, call.query("limit", 50, 1, MAX_LIMIT)));
    }

    private Answer show(Call call) {
        int partition = number(call.path("partition"), "partition").intValue();
        long offset = number(call.path("offset"), "offset");
        return Answer.ok(reader.find(call.path("topic"), partition, offset)
                .orElseThrow(() -> Problem.notFound("there is no dead letter at this offset, or no more")));
    }

    private static Long number(String text, String name) {
        try {
            long value = Long.parseLong(text);
            if (value >= 0 && (value <= Integer.MAX_VALUE || name.equals("offset"))) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // said below, as for a negative one
        }
        throw Problem.badRequest(name + " must be a whole number, 0 or more");
    }

    private static void requireReason(String text) {
        boolean known = text.equals(DeadLetter.NO_REASON)
                || Arrays.stream(Reason.values())
                        .anyMatch(reason -> reason.name().equals(text));
        if (!known) {
            throw Problem.badRequest("reason must be one of " + Arrays.toString(Reason.values()));
        }
    }
}
