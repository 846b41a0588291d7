package io.headrace.standalone;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;

/**
 * Where a running standalone Headrace is reached.
 *
 * @param mqtt without TLS
 * @param mqtts with TLS
 * @param http base of the device API
 * @param https base of the device API
 * @param amqp without TLS
 * @param amqps with TLS
 * @param coaps with DTLS
 * @param controlPlane base of the API, and the console
 * @param postgres JDBC URL with the user in it
 * @param warehouse folder of the cold tier
 * @param authority PEM file: what clients are to trust
 * @param adminToken file with the token of the role admin
 */
public record Whereabouts(
        InetSocketAddress mqtt,
        InetSocketAddress mqtts,
        URI http,
        URI https,
        InetSocketAddress amqp,
        InetSocketAddress amqps,
        InetSocketAddress coaps,
        URI controlPlane,
        String postgres,
        Path warehouse,
        Path authority,
        Path adminToken) {}
