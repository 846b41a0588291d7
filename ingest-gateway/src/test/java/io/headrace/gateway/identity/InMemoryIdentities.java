package io.headrace.gateway.identity;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.identity.Verdict.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Devices of one test: a password is right when it equals the key; a certificate when its claimed id is registered. */
public final class InMemoryIdentities implements Identities {
    private record Watched(DeviceId device, String proof, Runnable onRevoked) {}

    private final Map<String, String> keys = new HashMap<>();
    private final Map<String, Boolean> enabled = new HashMap<>();
    private final List<Watched> watches = new CopyOnWriteArrayList<>();

    public synchronized InMemoryIdentities with(String device, String key) {
        keys.put(device, key);
        enabled.put(device, true);
        return this;
    }

    /** Disables a device, and ends its connections. */
    public void disable(String device) {
        synchronized (this) {
            enabled.put(device, false);
        }
        for (Watched watch : List.copyOf(watches)) {
            if (watch.device().value().equals(device) && watches.remove(watch)) {
                watch.onRevoked().run();
            }
        }
    }

    @Override
    public synchronized Verdict authenticate(Credentials credentials, Remote remote) {
        String id = credentials.claimedId();
        if (credentials instanceof Credentials.Anonymous && DeviceId.isValid(id)) {
            enabled.putIfAbsent(id, true);
            return verdict(id, "anonymous");
        }
        String key = keys.get(id);
        boolean isProven = key != null
                && (!(credentials instanceof Credentials.Password password) || key.equals(password.password()));
        return isProven ? verdict(id, String.valueOf(key)) : new Verdict.Rejected(Refusal.BAD_CREDENTIALS);
    }

    private Verdict verdict(String id, String proof) {
        return enabled.getOrDefault(id, false)
                ? new Verdict.Accepted(new DeviceId(id), proof)
                : new Verdict.Rejected(Refusal.NOT_ENABLED);
    }

    @Override
    public Watch watch(Verdict.Accepted device, Runnable onRevoked) {
        Watched watched = new Watched(device.device(), device.proof(), onRevoked);
        watches.add(watched);
        if (!isEnabled(device.device()) && watches.remove(watched)) {
            onRevoked.run();
        }
        return () -> watches.remove(watched);
    }

    /** How many connections are watched. */
    public int watched() {
        return watches.size();
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public synchronized boolean isEnabled(DeviceId device) {
        return enabled.getOrDefault(device.value(), false);
    }
}
