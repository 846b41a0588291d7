package io.headrace.gateway.ingest;

import java.nio.charset.StandardCharsets;
import java.util.List;

class InMemoryIngestTest extends IngestContract {
    private final InMemoryIngest ingest = new InMemoryIngest(MAX_PAYLOAD);

    @Override
    Ingest ingest() {
        return ingest;
    }

    @Override
    List<Seen> stored() {
        return ingest.stored().stream()
                .map(stored -> new Seen(
                        stored.receipt(),
                        stored.message().device().value(),
                        new String(stored.message().payload(), StandardCharsets.UTF_8),
                        stored.message().receivedAt(),
                        stored.message().facts()))
                .toList();
    }

    @Override
    void fill() {
        ingest.fill();
    }

    @Override
    void answer() {
        ingest.answerAll();
        ingest.makeRoom();
    }
}
