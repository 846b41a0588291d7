package io.headrace.sinks.webhook;

import io.headrace.sinks.plugin.PluginVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A target over HTTP/1.1. Follows no redirect, keeps no cookie, heeds nothing of an answer but its head. A request has one
 * deadline for all of it, so that a target which answers a byte at a time holds nobody up.
 */
final class HttpTarget implements Target {
    private static final int LONGEST_ANSWER = 64 << 10;

    private final URI url;
    private final Map<String, String> headers;
    private final Signature signature;
    private final Clock clock;
    private final Duration deadline;
    private final CloseableHttpClient client;
    private final ScheduledThreadPoolExecutor deadlines;

    HttpTarget(WebhookConfig config, Clock clock) {
        this.url = config.url();
        this.headers = config.headers();
        this.signature = config.signature();
        this.clock = clock;
        this.deadline = config.requestTimeout();
        this.client = client(config);
        this.deadlines = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "webhook-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        deadlines.setRemoveOnCancelPolicy(true);
    }

    private static CloseableHttpClient client(WebhookConfig config) {
        Timeout limit = Timeout.of(config.requestTimeout());
        PoolingHttpClientConnectionManagerBuilder connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(config.maxInFlight())
                .setMaxConnTotal(config.maxInFlight())
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(config.trusted()))
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setSupportedProtocols(TLS.V_1_3, TLS.V_1_2)
                        .setHandshakeTimeout(limit)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(limit)
                        .setSocketTimeout(limit)
                        .setValidateAfterInactivity(Timeout.ofSeconds(1))
                        .setTimeToLive(Timeout.ofMinutes(5))
                        .build());
        if (!config.allowsPrivateAddresses()) {
            connections.setDnsResolver(new PublicAddresses());
        }
        return HttpClients.custom()
                .setConnectionManager(connections.build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(limit)
                        .setResponseTimeout(limit)
                        .build())
                .setUserAgent("headrace/" + PluginVersion.of(HttpTarget.class))
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    @Override
    public Answer post(String id, byte[] body) {
        HttpPost request = new HttpPost(url);
        headers.forEach(request::setHeader);
        long now = clock.instant().getEpochSecond();
        request.setHeader("webhook-id", id);
        request.setHeader("webhook-timestamp", Long.toString(now));
        if (!signature.isEmpty()) {
            request.setHeader("webhook-signature", signature.of(id, now, body));
        }
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        Future<?> end = deadlines.schedule(request::cancel, deadline.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return client.execute(request, response -> answer(request, response));
        } catch (IOException e) {
            boolean isLate = request.isCancelled();
            return Answer.none(isLate ? "no answer within " + deadline.toMillis() + " ms" : reason(e));
        } finally {
            end.cancel(false);
        }
    }

    /** What follows the head is read to its end where that is near, so that the connection serves again. */
    private Answer answer(HttpPost request, ClassicHttpResponse response) throws IOException {
        Answer answer = Answer.of(response.getCode(), retryAfter(response));
        HttpEntity entity = response.getEntity();
        if (entity != null && entity.getContent().readNBytes(LONGEST_ANSWER).length == LONGEST_ANSWER) {
            response.setEntity(null);
            request.cancel();
        }
        return answer;
    }

    private Duration retryAfter(ClassicHttpResponse response) {
        @Nullable Header header = response.getFirstHeader("Retry-After");
        if (header == null || header.getValue() == null) {
            return Duration.ZERO;
        }
        String value = header.getValue().strip();
        try {
            return value.chars().allMatch(Character::isDigit) && value.length() < 10 && !value.isEmpty()
                    ? Duration.ofSeconds(Long.parseLong(value))
                    : Duration.between(clock.instant(), date(value));
        } catch (DateTimeParseException e) {
            return Duration.ZERO; // it asked for something that RFC 9110 doesn't know
        }
    }

    private static Instant date(String value) {
        return ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }

    private static String reason(IOException e) {
        String message = e.getMessage() == null
                ? ""
                : ": " + e.getMessage().lines().findFirst().orElse("");
        return e.getClass().getSimpleName() + message;
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the HTTP client doesn't close", e);
        }
    }
}
