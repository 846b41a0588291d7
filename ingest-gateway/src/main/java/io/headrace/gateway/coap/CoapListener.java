package io.headrace.gateway.coap;

import io.headrace.config.ConfigException;
import io.headrace.gateway.coap.command.Notification;
import io.headrace.gateway.coap.command.Observations;
import io.headrace.gateway.coap.command.Representations;
import io.headrace.gateway.edge.Ports;
import io.headrace.gateway.listen.ListenConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.eclipse.californium.core.config.CoapConfig.MatcherMode;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.core.network.InMemoryMessageExchangeStore;
import org.eclipse.californium.core.network.MessageExchangeStore;
import org.eclipse.californium.elements.Connector;
import org.eclipse.californium.elements.RawDataChannel;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.elements.config.SystemConfig;
import org.eclipse.californium.elements.config.UdpConfig;

/** One address, one thread: whatever comes in there is looked at in the order in which it came. */
final class CoapListener implements AutoCloseable {
    private static final int MAX_DATAGRAM = 16 << 10;
    private static final int MAX_UNSENT = 10_000;
    private static final long LOOK_EVERY_MILLIS = 100;

    private final String scheme;
    private final ScheduledThreadPoolExecutor loop;
    private final Requests requests;
    private final CoapEndpoint endpoint;

    /** Opens a listener's socket; {@code gate} is put between it and Californium. */
    @FunctionalInterface
    interface Opening {
        Connector connector(Configuration configuration, UnaryOperator<RawDataChannel> gate);
    }

    /**
     * What all listeners have in common.
     *
     * @param allowed addresses that may send
     */
    record Surroundings(Ports ports, CoapConfig config, CoapMeters meters, Predicate<InetAddress> allowed) {}

    /**
     * Starts to listen.
     *
     * @param scheme for the endpoint's line: {@code coap} or {@code coaps}
     * @param caller says whose requests are
     * @throws ConfigException where the address can't be had
     */
    static CoapListener start(String scheme, Caller caller, Surroundings around, Opening opening) {
        CoapListener listener = new CoapListener(scheme, caller, around, opening);
        try {
            listener.endpoint.start();
            return listener;
        } catch (IOException e) {
            listener.close();
            throw new ConfigException("gateway." + scheme + ".listen can't be listened on: " + e.getMessage());
        }
    }

    private CoapListener(String scheme, Caller caller, Surroundings around, Opening opening) {
        CoapMeters meters = around.meters;
        this.scheme = scheme;
        this.loop = new ScheduledThreadPoolExecutor(
                1,
                Thread.ofPlatform().name("gateway-" + scheme).daemon().factory(),
                new ThreadPoolExecutor.DiscardPolicy());
        loop.setRemoveOnCancelPolicy(true);
        loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        Configuration configuration = configuration(around.config.limits().maxRetransmit());
        InMemoryMessageExchangeStore exchanges = new InMemoryMessageExchangeStore(configuration);
        this.requests =
                new Requests(around.ports, around.config, caller, commands(caller, around, exchanges), loop, meters);
        exchanges.setDeduplicator(new RecentRequests(around.config.limits().maxRemembered(), meters));
        this.endpoint = CoapEndpoint.builder()
                .setConfiguration(configuration)
                .setConnector(opening.connector(configuration, next -> new Gate(next, loop, around.allowed, meters)))
                .setMessageExchangeStore(exchanges)
                .setEndpointContextMatcher(new PeerMatcher())
                .setDataSerializerAndParser(null, new StrictParser())
                .build();
        endpoint.setExecutors(loop, loop);
        endpoint.setMessageDeliverer(requests);
        Silencer silencer = new Silencer(meters);
        endpoint.addInterceptor(silencer);
        endpoint.addInterceptor(Notification.numbering());
        endpoint.addPostProcessInterceptor(silencer);
        loop.scheduleWithFixedDelay(requests::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private CommandRequests commands(Caller caller, Surroundings around, MessageExchangeStore exchanges) {
        Representations representations = new Representations();
        Observations observations = new Observations(
                around.ports,
                around.config.observations(),
                loop,
                exchanges,
                representations,
                around.meters.observations);
        return new CommandRequests(around.ports, caller, observations, representations, around.meters);
    }

    /** In memory only: Californium's own standard one is a file in the working directory. */
    private static Configuration configuration(int maxRetransmit) {
        org.eclipse.californium.core.config.CoapConfig.register();
        Configuration configuration = new Configuration(
                SystemConfig.DEFINITIONS,
                UdpConfig.DEFINITIONS,
                org.eclipse.californium.core.config.CoapConfig.DEFINITIONS);
        return configuration
                .set(UdpConfig.UDP_RECEIVER_THREAD_COUNT, 1)
                .set(UdpConfig.UDP_SENDER_THREAD_COUNT, 1)
                .set(UdpConfig.UDP_DATAGRAM_SIZE, MAX_DATAGRAM)
                .set(UdpConfig.UDP_CONNECTOR_OUT_CAPACITY, MAX_UNSENT)
                .set(org.eclipse.californium.core.config.CoapConfig.PROTOCOL_STAGE_THREAD_COUNT, 1)
                .set(org.eclipse.californium.core.config.CoapConfig.RESPONSE_MATCHING, MatcherMode.STRICT)
                // Blocks are put together by Transfers, within the budget of all messages.
                .set(org.eclipse.californium.core.config.CoapConfig.MAX_RESOURCE_BODY_SIZE, 0)
                .set(org.eclipse.californium.core.config.CoapConfig.USE_MESSAGE_OFFLOADING, true)
                .set(org.eclipse.californium.core.config.CoapConfig.MULTICAST_BASE_MID, 0)
                .set(org.eclipse.californium.core.config.CoapConfig.MAX_SERVER_OBSERVES, 1)
                .set(org.eclipse.californium.core.config.CoapConfig.MAX_RETRANSMIT, maxRetransmit)
                .set(SystemConfig.HEALTH_STATUS_INTERVAL, 0, TimeUnit.SECONDS);
    }

    String endpointLine() {
        InetSocketAddress address = endpoint.getAddress();
        return scheme + " " + ListenConfig.shown(address);
    }

    /** Takes nothing new from here on. */
    void stopTaking() {
        loop.execute(requests::drain);
    }

    /** Answers what was taken, as far as that goes in the time. */
    void drain(Duration time) {
        if (!loop.isShutdown()) {
            stopTaking();
            requests.inFlight().awaitDrained(time);
        }
    }

    @Override
    public void close() {
        endpoint.destroy();
        loop.shutdownNow();
    }
}
