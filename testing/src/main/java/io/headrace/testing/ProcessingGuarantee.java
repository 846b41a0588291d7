package io.headrace.testing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Watches what devices sent and were told, while a test does its worst to everything between them and a store, and says
 * afterwards what the store owes: no acknowledged message lost, none twice, none that nobody sent, and each device's
 * messages in the order in which it sent them. Safe for use by several threads.
 */
public final class ProcessingGuarantee {
    private static final int MOST_COMPLAINTS = 20;

    private final Map<String, Set<Long>> sent = new HashMap<>();
    private final Map<String, Set<Long>> acknowledged = new TreeMap<>();

    /**
     * A message as a store has it.
     *
     * @param device who sent it
     * @param number of it: each device counts its own upwards
     * @param partition of {@code telemetry.raw}
     * @param offset in it
     */
    public record Stored(String device, long number, int partition, long offset) {}

    /** A device is about to send a message, for the first time or again. */
    public synchronized void sending(String device, long number) {
        sent.computeIfAbsent(device, id -> new HashSet<>()).add(number);
    }

    /** A device was told that its message is stored. */
    public synchronized void acknowledged(String device, long number) {
        acknowledged.computeIfAbsent(device, id -> new HashSet<>()).add(number);
    }

    /** Messages that were acknowledged, each once. */
    public synchronized long acknowledgedMessages() {
        return acknowledged.values().stream().mapToLong(Set::size).sum();
    }

    /**
     * What a store breaks of the guarantee, a line each; empty where it keeps it.
     *
     * @param stored all that the store has, in any order
     */
    public synchronized List<String> brokenBy(Collection<Stored> stored) {
        List<String> complaints = new ArrayList<>();
        Map<String, List<Stored>> byDevice = new TreeMap<>();
        stored.forEach(row ->
                byDevice.computeIfAbsent(row.device(), id -> new ArrayList<>()).add(row));
        acknowledged.forEach((device, numbers) -> requireAll(device, numbers, byDevice, complaints));
        byDevice.forEach((device, rows) -> requireOnceAndInOrder(device, rows, complaints));
        return complaints.size() <= MOST_COMPLAINTS ? complaints : complaints.subList(0, MOST_COMPLAINTS);
    }

    private static void requireAll(
            String device, Set<Long> numbers, Map<String, List<Stored>> byDevice, List<String> complaints) {
        Set<Long> missing = new HashSet<>(numbers);
        byDevice.getOrDefault(device, List.of()).forEach(row -> missing.remove(row.number()));
        missing.stream().sorted().forEach(number -> complaints.add("lost: " + device + " message " + number));
    }

    private void requireOnceAndInOrder(String device, List<Stored> rows, List<String> complaints) {
        Set<Long> known = sent.getOrDefault(device, Set.of());
        Set<Long> seen = new HashSet<>();
        Set<Integer> partitions = new HashSet<>();
        long last = Long.MIN_VALUE;
        for (Stored row :
                rows.stream().sorted(Comparator.comparingLong(Stored::offset)).toList()) {
            partitions.add(row.partition());
            if (!known.contains(row.number())) {
                complaints.add("never sent: " + row);
            }
            if (!seen.add(row.number())) {
                complaints.add("twice: " + row);
            } else if (row.number() < last) {
                complaints.add("out of order after " + last + ": " + row);
            }
            last = Math.max(last, row.number());
        }
        if (partitions.size() > 1) {
            complaints.add("on several partitions: " + device + " " + partitions);
        }
    }
}
