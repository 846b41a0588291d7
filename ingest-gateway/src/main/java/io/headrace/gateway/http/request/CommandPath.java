package io.headrace.gateway.http.request;

import io.headrace.catalogue.CommandId;
import io.headrace.gateway.command.Answer;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a device asks for its commands, {@code GET /v1/commands}, and answers them, {@code POST
 * /v1/commands/<id>/result}.
 */
sealed interface CommandPath {
    /**
     * What waits is asked for.
     *
     * @param patience how long to wait where nothing does: of the query, in seconds
     * @param after id of the last command that the device has: of the query; empty for none
     */
    record Poll(Duration patience, String after) implements CommandPath {
        private static final long USUAL_WAIT = 30;
        private static final long LONGEST_WAIT = 300;

        @Override
        public HttpMethod method() {
            return HttpMethod.GET;
        }
    }

    /**
     * A command is answered.
     *
     * @param outcome whether the command succeeded: {@code status} of the query; empty where the body is to say so
     */
    record Result(String commandId, Optional<Boolean> outcome) implements CommandPath {
        @Override
        public HttpMethod method() {
            return HttpMethod.POST;
        }
    }

    /** What it is asked for with. */
    HttpMethod method();

    /**
     * Empty where it is something else.
     *
     * @param target of the request line
     * @throws IllegalArgumentException where it is one of these, but for its query; says what is wrong with that
     */
    static Optional<CommandPath> parse(String target) {
        String relative = TelemetryPath.relative(target);
        if (!relative.startsWith("/v1/commands")) {
            return Optional.empty();
        }
        QueryStringDecoder query = new QueryStringDecoder(relative);
        List<String> levels = List.of(query.rawPath().split("/", -1)); // "", v1, commands, <id>, result
        if (query.rawPath().equals("/v1/commands")) {
            return Optional.of(new Poll(wait(query), id(parameter(query, "after"))));
        }
        if (levels.size() != 5
                || !levels.get(2).equals("commands")
                || !levels.get(4).equals("result")) {
            return Optional.empty();
        }
        String id = QueryStringDecoder.decodeComponent(levels.get(3));
        return CommandId.isValid(id) ? Optional.of(new Result(id, outcome(query))) : Optional.empty();
    }

    private static Duration wait(QueryStringDecoder query) {
        String seconds = parameter(query, "wait");
        if (!seconds.isEmpty() && !seconds.matches("\\d{1,3}")) {
            throw new IllegalArgumentException("wait must be whole seconds, 0 to " + Poll.LONGEST_WAIT);
        }
        long wait = seconds.isEmpty() ? Poll.USUAL_WAIT : Long.parseLong(seconds);
        return Duration.ofSeconds(Math.min(wait, Poll.LONGEST_WAIT));
    }

    private static String id(String after) {
        if (!after.isEmpty() && !CommandId.isValid(after)) {
            throw new IllegalArgumentException("after must be the id of a command");
        }
        return after;
    }

    private static Optional<Boolean> outcome(QueryStringDecoder query) {
        String status = parameter(query, "status");
        Optional<Boolean> outcome = Answer.outcome(status);
        if (!status.isEmpty() && outcome.isEmpty()) {
            throw new IllegalArgumentException("status must be succeeded or failed");
        }
        return outcome;
    }

    private static String parameter(QueryStringDecoder query, String name) {
        List<String> values = query.parameters().getOrDefault(name, List.of(""));
        return values.size() == 1 ? values.getFirst() : "?";
    }
}
