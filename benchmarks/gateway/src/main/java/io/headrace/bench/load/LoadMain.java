package io.headrace.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The load as a process. Reads {@link Plan}s from its standard input, carries one out after the other, and prints the
 * {@link Outcome} of each after {@code outcome }; or {@code idle PORT COUNT PASSWORD} and prints {@code idle} when all
 * are connected, which they stay until the input ends.
 */
public final class LoadMain {
    /** Connections from one address, so that neither ports nor a limit for one source run out. */
    private static final int FROM_ONE_ADDRESS = 2000;

    private LoadMain() {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Payloads payloads = new Payloads();
        List<SocketChannel> idle = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("idle ")) {
                idle.addAll(idle(List.of(line.split(" "))));
                System.out.println("idle " + idle.size());
                continue;
            }
            try (Run run = new Run(Plan.parse(line), payloads)) {
                System.out.println("outcome " + new ObjectMapper().writeValueAsString(run.carryOut()));
            }
        }
    }

    private static List<SocketChannel> idle(List<String> words) throws IOException {
        InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(words.get(1)));
        int count = Integer.parseInt(words.get(2));
        List<SocketChannel> open = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            InetSocketAddress from = new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (2 + i / FROM_ONE_ADDRESS)}), 0);
            open.add(MqttDevice.connect(to, from, i, words.get(3)));
        }
        return open;
    }
}
