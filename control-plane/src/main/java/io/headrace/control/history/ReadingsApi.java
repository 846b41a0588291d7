package io.headrace.control.history;

import io.headrace.control.access.Role;
import io.headrace.control.history.ReceivedReadings.Asked;
import io.headrace.control.history.ReceivedReadings.Stretch;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.http.Times;
import io.headrace.control.http.UnavailableException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /api/v1/readings}: what Kafka still has of a stretch of time, in lines of JSON. */
public final class ReadingsApi {
    private static final Logger LOG = LoggerFactory.getLogger(ReadingsApi.class);
    private static final String LINES = "application/x-ndjson";
    private static final int AT_ONCE = 2;
    private static final int BUFFER = 1 << 16;

    private final ReceivedReadings readings;
    private final Clock clock;
    private final Semaphore permits = new Semaphore(AT_ONCE);

    public ReadingsApi(ReceivedReadings readings, Clock clock) {
        this.readings = readings;
        this.clock = clock;
    }

    public List<Endpoint> endpoints() {
        return List.of(Endpoint.of("GET", "/api/v1/readings", Role.VIEWER, this::read));
    }

    private Answer read(Call call) {
        Asked asked = new Asked(
                Times.of("from", call.query("from")),
                call.findTime("to").orElseGet(clock::instant),
                call.findQuery("device"));
        if (!asked.from().isBefore(asked.to())) {
            throw Problem.badRequest("from must be before to");
        }
        Stretch stretch = readings.find(asked);
        return new Answer.Lines(LINES, out -> send(stretch, out));
    }

    private void send(Stretch stretch, OutputStream out) throws IOException, InterruptedException {
        ReadingLines lines = new ReadingLines(new BufferedOutputStream(out, BUFFER));
        if (!permits.tryAcquire()) {
            lines.failed(503, AT_ONCE + " histories are read already");
            return;
        }
        try {
            lines.begin(stretch.since());
            lines.flush();
            readings.read(stretch, reading -> {
                lines.reading(reading);
                return true;
            });
            lines.whole();
        } catch (InterruptException stopping) {
            throw new InterruptedException();
        } catch (UnavailableException | KafkaException e) {
            LOG.warn("a history ended before its end: {}", e.getMessage());
            lines.failed(503, "Kafka doesn't answer");
        } finally {
            permits.release();
        }
    }
}
