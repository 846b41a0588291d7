package io.headrace.gateway.listen;

import io.headrace.gateway.listen.ListenConfig.KeyFiles;
import io.headrace.gateway.listen.ListenConfig.Tls;
import io.headrace.gateway.reload.Reloaded;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The server's certificates, as they are now, for all TLS listeners. */
final class Certificates {
    private final Tls config;
    private final MeterRegistry meters;
    private final Reloaded<List<ServerIdentity>> identities;
    private final TicketKeys tickets = new TicketKeys(System::nanoTime);
    private final List<TlsContext> contexts = new CopyOnWriteArrayList<>();

    /** @throws io.headrace.config.ConfigException where they can't be used */
    Certificates(Tls config, MeterRegistry meters) {
        this.config = config;
        this.meters = meters;
        List<KeyFiles> files = Stream.concat(Stream.of(config.files()), config.second().stream())
                .toList();
        List<Path> paths = files.stream()
                .flatMap(each -> Stream.of(each.certificate(), each.privateKey()))
                .toList();
        this.identities = new Reloaded<>(
                "server-certificate",
                paths,
                () -> files.stream().map(ServerIdentity::load).toList(),
                meters);
        Gauge.builder("headrace.tls.certificate.end", this, Certificates::end)
                .description("when the first of the server's certificates ends")
                .baseUnit("seconds")
                .register(meters);
    }

    private double end() {
        return identities.value().stream()
                .mapToLong(identity -> identity.leaf().getNotAfter().toInstant().getEpochSecond())
                .min()
                .orElse(0);
    }

    List<ServerIdentity> now() {
        return identities.value();
    }

    TlsContext newContext(List<String> applicationProtocols) {
        TlsContext context = new TlsContext(config, applicationProtocols, identities.value(), tickets, meters);
        contexts.add(context);
        return context;
    }

    /** Looks at the files, and at the age of the tickets' keys. */
    synchronized void check() {
        if (identities.check()) {
            contexts.forEach(context -> context.use(identities.value()));
        }
        if (tickets.rotate()) {
            contexts.forEach(TlsContext::useTicketKeys);
        }
    }
}
