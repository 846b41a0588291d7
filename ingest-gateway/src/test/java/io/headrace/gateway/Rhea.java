package io.headrace.gateway;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The AMQP client of the JavaScript world, from npm; run by node. */
final class Rhea {
    private static final Npm RHEA = new Npm("rhea", "3.0.5");

    private Rhea() {}

    static boolean isInstalled() throws IOException, InterruptedException {
        return RHEA.isInstalled();
    }

    /** Sends payloads to {@code telemetry/rhea}; the output says how many were accepted, released and rejected. */
    static Npm.Ended send(ForeignClient.Target target, List<String> payloads) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                Integer.toString(target.port()),
                target.device(),
                target.key(),
                target.isTls() ? target.ca().toString() : "-"));
        arguments.addAll(payloads);
        return RHEA.run("rhea.js", arguments);
    }

    /** Receives so many commands and answers each with success; the output has name, id and payload of each. */
    static Npm.Ended work(int port, String device, String key, int commands) throws IOException, InterruptedException {
        return RHEA.run("rhea-commands.js", List.of(Integer.toString(port), device, key, Integer.toString(commands)));
    }
}
