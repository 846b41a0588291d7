package io.headrace.bench.system;

import io.headrace.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;

/** A Kafka broker in a process of its own, until its input ends. Argument: its folder. */
public final class BrokerMain {
    private BrokerMain() {}

    public static void main(String[] args) throws IOException {
        try (EmbeddedKafka broker = EmbeddedKafka.start(Path.of(args[0]))) {
            System.out.println("ready " + broker.bootstrapServers());
            while (System.in.read() >= 0) {
                // until whoever started it is done
            }
        }
    }
}
