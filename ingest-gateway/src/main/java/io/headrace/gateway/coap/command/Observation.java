package io.headrace.gateway.coap.command;

import io.headrace.catalogue.DeviceId;
import io.headrace.gateway.command.Commands;
import io.headrace.gateway.identity.Identities;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.californium.core.coap.CoAP;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.MessageObserverAdapter;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.network.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * One device's observation of its commands (RFC 7641): a confirmable notification for each, and no other before it is
 * acknowledged, since a device takes one at a time (NSTART) and none may be passed over. The first says nothing, and goes
 * out alone: until it is acknowledged nobody knows that the device is where its request says, and where it isn't it must
 * get no more than it has sent (RFC 7252 §11.3). On the listener's thread.
 */
final class Observation {
    private final Observations all;
    private final DeviceId device;
    private final Observer observer;
    private final Format format;
    private final int szx;
    private final Commands.Line line;
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private Identities.@Nullable Watch watch;
    private @Nullable Exchange inTransit;
    /** A command of more than one block, until the device has asked for its last. */
    private @Nullable Representation large;

    private long since;
    private boolean isConfirmed;
    private boolean isOver;

    Observation(Observations all, DeviceId device, Observer observer, Format format, int szx) {
        this.all = all;
        this.device = device;
        this.observer = observer;
        this.format = format;
        this.szx = szx;
        this.line = all.ports.commands().open(device, "coap", this::wake);
    }

    /** Answers the request that began it. */
    void begin(Exchange exchange, Identities.Watch revocation) {
        watch = revocation;
        if (exchange.getCurrentRequest().isConfirmable()) {
            exchange.sendAccept();
        }
        send(exchange, Optional.empty());
    }

    DeviceId device() {
        return device;
    }

    Observer observer() {
        return observer;
    }

    boolean isConfirmed() {
        return isConfirmed;
    }

    /** On any thread; one hop to the loop takes all that there is when it gets there. */
    private void wake() {
        if (isWoken.compareAndSet(false, true)) {
            all.loop.execute(() -> {
                isWoken.set(false);
                goOn();
            });
        }
    }

    private void goOn() {
        if (isOver || !isConfirmed || inTransit != null || large != null) {
            return;
        }
        line.next().ifPresent(command -> {
            Representation shown =
                    Representation.of(command, format, all.ports.clock().millis());
            if (!isWhole(shown)) {
                all.representations.put(shown);
                large = shown;
            }
            send(observer.exchange(all.exchanges, all.loop), Optional.of(shown));
        });
    }

    private boolean isWhole(Representation shown) {
        return shown.fitsInto(Representation.size(szx));
    }

    /** @param shown empty where nothing waits */
    private void send(Exchange exchange, Optional<Representation> shown) {
        inTransit = exchange;
        since = System.nanoTime();
        Notification notification = new Notification(all.nextNumber());
        shown.ifPresent(command -> {
            if (isWhole(command)) {
                command.putInto(notification);
            } else {
                command.putInto(notification, 0, szx);
            }
        });
        notification.getOptions().setMaxAge(all.maxAge());
        notification.addMessageObserver(new Fate(exchange, notification, shown));
        all.sent();
        exchange.sendResponse(notification);
    }

    /** What becomes of one notification; Californium calls on several threads. */
    private final class Fate extends MessageObserverAdapter {
        private final Exchange exchange;
        private final Response notification;
        private final Optional<Representation> shown;

        private Fate(Exchange exchange, Response notification, Optional<Representation> shown) {
            this.exchange = exchange;
            this.notification = notification;
            this.shown = shown;
        }

        @Override
        public void onAcknowledgement() {
            settled(() -> {
                isConfirmed = true;
                since = System.nanoTime();
                shown.filter(Observation.this::isWhole).ifPresent(each -> line.delivered(each.command()));
                goOn();
            });
        }

        @Override
        public void onReject() {
            settled(() -> end(Ending.REJECTED));
        }

        @Override
        public void onTimeout() {
            settled(() -> end(Ending.TIMED_OUT));
        }

        @Override
        public void onSendError(Throwable error) {
            settled(() -> end(Ending.FAILED));
        }

        /** What was to be done in time isn't done late: a command that is over isn't sent again. */
        @Override
        public void onRetransmission() {
            if (shown.isPresent() && !line.isOpen(shown.get().command())) {
                notification.cancel();
            }
        }

        @Override
        public void onCancel() {
            settled(() -> {
                large = null;
                goOn();
            });
        }

        private void settled(Runnable then) {
            all.loop.execute(() -> {
                exchange.executeComplete();
                if (!isOver && exchange.equals(inTransit)) {
                    inTransit = null;
                    then.run();
                }
            });
        }
    }

    /** The device was given a block that it has asked for. */
    void given(Representation shown, boolean isLast) {
        if (large != null && large.tag() == shown.tag()) {
            since = System.nanoTime();
            large = isLast ? null : large;
            goOn();
        }
    }

    /** Several times a minute: says that nothing waits where nothing was said for a while, and gives up what stands still. */
    void look(long now) {
        if (inTransit != null) {
            return;
        }
        if (large != null && now - since > all.patience) {
            end(Ending.STUCK);
        } else if (large == null && now - since > all.interval) {
            send(observer.exchange(all.exchanges, all.loop), Optional.empty());
        }
    }

    /** Tells the device that it is over, once and without waiting for its answer. */
    void end(Ending why, ResponseCode last) {
        if (!isOver) {
            Response response = new Response(last);
            response.setType(CoAP.Type.NON);
            all.sent();
            observer.exchange(all.exchanges, all.loop).sendResponse(response);
            end(why);
        }
    }

    /** What it was shown and hasn't answered is offered to the next one. */
    void end(Ending why) {
        if (isOver) {
            return;
        }
        isOver = true;
        line.close();
        if (watch != null) {
            watch.close();
        }
        if (inTransit != null) {
            inTransit.executeComplete();
        }
        all.ended(this, why);
    }
}
