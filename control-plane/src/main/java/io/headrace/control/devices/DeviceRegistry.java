package io.headrace.control.devices;

import io.headrace.catalogue.DeviceId;
import io.headrace.control.access.Caller;
import io.headrace.control.audit.Audit;
import io.headrace.control.compacted.Table;
import io.headrace.control.devices.KeyVault.NewKey;
import io.headrace.control.devices.KeyVault.Slot;
import io.headrace.control.http.Problem;
import io.headrace.record.Device;
import io.headrace.record.DeviceStatus;
import io.headrace.secret.SealBrokenException;
import io.headrace.secret.SecretBox;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes and changes devices. Changes happen one after the other, each seen by all readers when its call returns. The
 * audit entry is written before the change: there may be an entry without its change, never a change without its entry.
 * Safe for use by several threads.
 */
public final class DeviceRegistry {
    private final Table<Device> table;
    private final KeyVault vault;
    private final Audit audit;
    private final Clock clock;
    private final Predicate<String> erasing;
    private final ReentrantLock changing = new ReentrantLock();

    /** @param erasing whether the data of a device of this id is being erased: until then none is made */
    public DeviceRegistry(Table<Device> table, SecretBox box, Audit audit, Clock clock, Predicate<String> erasing) {
        this.table = table;
        this.vault = new KeyVault(box);
        this.audit = audit;
        this.clock = clock;
        this.erasing = erasing;
    }

    Device device(String id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("there is no device " + shown(id)));
    }

    /** Devices as they are. */
    public Table<Device> table() {
        return table;
    }

    /** @throws Problem 409 where the id is taken */
    DeviceView create(Caller caller, NewDevice wanted) {
        DeviceId id = wanted.validated();
        return changing(() -> {
            if (table.find(id.value()).isPresent()) {
                throw Problem.conflict("there is a device " + id + " already");
            }
            if (erasing.test(id.value())) {
                throw Problem.conflict("what a device " + id + " has sent is being erased: wait until that is done");
            }
            NewKey primary = vault.newKey(id.value(), Slot.PRIMARY);
            NewKey secondary = vault.newKey(id.value(), Slot.SECONDARY);
            Device device = fresh(id, wanted, primary, secondary);
            audit.record(caller, "device.create", id.value(), Map.of("tags", wanted.tagsOrNone()));
            table.put(id.value(), device);
            return DeviceView.of(
                    device, Optional.of(new Keys(Optional.of(primary.base64()), Optional.of(secondary.base64()))));
        });
    }

    private Device fresh(DeviceId id, NewDevice wanted, NewKey primary, NewKey secondary) {
        Instant now = now();
        return Device.newBuilder()
                .setId(id.value())
                .setStatus(DeviceStatus.ENABLED)
                .setPrimaryKey(primary.sealed())
                .setSecondaryKey(secondary.sealed())
                .setPrimaryThumbprint(lowerCase(wanted.primaryThumbprint()))
                .setSecondaryThumbprint(lowerCase(wanted.secondaryThumbprint()))
                .setCertificateAuthority(Boolean.TRUE.equals(wanted.certificateAuthority()))
                .setTags(new HashMap<>(wanted.tagsOrNone()))
                .setMessagesPerSecond(wanted.messagesPerSecond())
                .setBytesPerSecond(wanted.bytesPerSecond())
                .setCreatedAt(now)
                .setUpdatedAt(now)
                .setRevision(0)
                .build();
    }

    /** Does nothing where the device is so already. */
    DeviceView amend(Caller caller, String id, DeviceChange wanted) {
        return changing(() -> {
            Device device = device(id);
            Device.Builder next = wanted.appliedTo(device);
            DeviceView before = DeviceView.of(device);
            // by what is shown: Avro fails at comparing times in its arrays
            if (DeviceView.of(next.build()).equals(before)) {
                return before;
            }
            audit.record(caller, "device.change", id, Map.of("change", wanted, "before", wanted.before(device)));
            return DeviceView.of(change(device, same -> next));
        });
    }

    /** Does nothing where the device has the status already. */
    DeviceView switchTo(Caller caller, String id, DeviceStatus status) {
        return changing(() -> {
            Device device = device(id);
            if (device.getStatus() == status) {
                return DeviceView.of(device);
            }
            if (status == DeviceStatus.ENABLED && erasing.test(id)) {
                throw Problem.conflict("what the device has sent is being erased");
            }
            String verb =
                    switch (status) {
                        case ENABLED -> "device.enable";
                        case DISABLED -> "device.disable";
                        case QUARANTINED -> "device.quarantine";
                    };
            audit.record(
                    caller, verb, id, Map.of("was", device.getStatus().name().toLowerCase(Locale.ROOT)));
            return DeviceView.of(change(device, next -> next.setStatus(status)));
        });
    }

    /**
     * Makes a new key.
     *
     * @param slot the one to replace; empty to make the primary key the secondary one, so that a device goes on with the
     *     key that it has, and the new key the primary one
     */
    DeviceView rotate(Caller caller, String id, Optional<Slot> slot) {
        return changing(() -> {
            Device device = device(id);
            NewKey key = vault.newKey(id, slot.orElse(Slot.PRIMARY));
            Optional<java.nio.ByteBuffer> moved =
                    slot.isPresent() ? Optional.empty() : Optional.ofNullable(demoted(device));
            audit.record(
                    caller,
                    "device.rotate-key",
                    id,
                    Map.of("slot", slot.map(Slot::text).orElse("primary to secondary")));
            Device changed = change(device, next -> {
                moved.ifPresent(next::setSecondaryKey);
                return slot.orElse(Slot.PRIMARY) == Slot.PRIMARY
                        ? next.setPrimaryKey(key.sealed())
                        : next.setSecondaryKey(key.sealed());
            });
            Optional<String> shown = Optional.of(key.base64());
            Keys keys = slot.orElse(Slot.PRIMARY) == Slot.PRIMARY
                    ? new Keys(shown, Optional.empty())
                    : new Keys(Optional.empty(), shown);
            return DeviceView.of(changed, Optional.of(keys));
        });
    }

    private java.nio.@Nullable ByteBuffer demoted(Device device) {
        if (device.getPrimaryKey() == null) {
            return null;
        }
        try {
            return vault.move(device.getId(), Slot.PRIMARY, Slot.SECONDARY, device.getPrimaryKey());
        } catch (SealBrokenException e) {
            throw Problem.conflict("the key of " + device.getId()
                    + " doesn't open under this master key: name the slot to replace it");
        }
    }

    /** Ends the device's connections and lets it make none; does nothing where there is no such device. */
    public void disable(Caller caller, String id) {
        if (table.find(id).isPresent()) {
            switchTo(caller, id, DeviceStatus.DISABLED);
        }
    }

    /** As {@link #delete}; does nothing where there is no such device. */
    public void forget(Caller caller, String id) {
        if (table.find(id).isPresent()) {
            delete(caller, id);
        }
    }

    /** Forgets the device and its keys; what it sent stays. */
    void delete(Caller caller, String id) {
        changing(() -> {
            Device device = device(id);
            audit.record(caller, "device.delete", id, Map.of("revision", device.getRevision()));
            table.remove(id);
            return device;
        });
    }

    private Device change(Device device, UnaryOperator<Device.Builder> how) {
        Device changed = how.apply(Device.newBuilder(device))
                .setUpdatedAt(now())
                .setRevision(device.getRevision() + 1)
                .build();
        table.put(device.getId(), changed);
        return changed;
    }

    private <T> T changing(java.util.function.Supplier<T> change) {
        changing.lock();
        try {
            return change.get();
        } finally {
            changing.unlock();
        }
    }

    /** As exact as a record can hold, so that what is answered is what is stored. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static @Nullable String lowerCase(@Nullable String text) {
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }

    private static String shown(String id) {
        return DeviceId.isValid(id) ? id : "of this id, which is none";
    }
}
