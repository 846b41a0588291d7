package io.headrace.gateway.coap;

import io.headrace.gateway.ingest.Ingest;
import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.californium.core.coap.BlockOption;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.Option;
import org.eclipse.californium.core.coap.OptionSet;
import org.eclipse.californium.core.coap.Request;
import org.eclipse.californium.core.coap.option.StandardOptionRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Bodies that come in block by block (RFC 7959, Block1): in order, from the first. What has come so far has its place
 * in the budget of all messages in flight. A body whose next block doesn't come in time is dropped; so is a peer's
 * oldest when it begins too many. On the listener's thread.
 */
final class Transfers {
    private static final int PER_PEER = 4;

    private final int limit;
    private final int maxBody;
    private final long patience;
    private final Ingest ingest;
    private final CoapMeters meters;
    private final Map<Key, Transfer> open = new LinkedHashMap<>();

    /** Outcome of a block. */
    sealed interface Outcome {}

    /**
     * The body is complete.
     *
     * @param bytes all of it
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Complete(byte[] bytes) implements Outcome {}

    /**
     * It isn't.
     *
     * @param answer to the block
     */
    record Unfinished(Answer answer) implements Outcome {}

    /** RFC 7959 §2.5: blocks of one body come from one peer, go to one resource, and carry one Request-Tag. */
    private record Key(Object peer, List<String> path, List<String> query, String tag) {
        static Key of(Object peer, OptionSet options) {
            Option tag = options.getOtherOption(StandardOptionRegistry.REQUEST_TAG);
            return new Key(
                    peer, List.copyOf(options.getUriPath()), List.copyOf(options.getUriQuery()), String.valueOf(tag));
        }
    }

    private static final class Transfer {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final int format;
        private long lastBlock = System.nanoTime();

        private Transfer(int format) {
            this.format = format;
        }
    }

    Transfers(CoapConfig config, Ingest ingest, CoapMeters meters) {
        this.limit = config.limits().maxTransfers();
        this.maxBody = config.limits().maxPayload();
        this.patience = config.timeouts().block().toNanos();
        this.ingest = ingest;
        this.meters = meters;
    }

    Outcome take(Object peer, Request request, BlockOption block) {
        Key key = Key.of(peer, request.getOptions());
        Transfer transfer = block.getNum() == 0 ? begun(key, request) : open.get(key);
        if (transfer == null) {
            return new Unfinished(
                    block.getNum() == 0
                            ? Answer.NO_ROOM
                            : Answer.of(ResponseCode.REQUEST_ENTITY_INCOMPLETE, "begin with block 0"));
        }
        Answer fault = fault(transfer, request, block);
        if (fault != null) {
            drop(key);
            return new Unfinished(fault);
        }
        byte[] bytes = request.getPayload();
        if (!ingest.hasRoom() || !ingest.reserve(bytes.length)) {
            drop(key);
            return new Unfinished(Answer.NO_ROOM);
        }
        meters.transferBytes.addAndGet(bytes.length);
        transfer.body.writeBytes(bytes);
        transfer.lastBlock = System.nanoTime();
        if (block.isM()) {
            return new Unfinished(Answer.CONTINUE);
        }
        drop(key);
        return new Complete(transfer.body.toByteArray());
    }

    /** A first block begins the body anew. Null where there is no place for it. */
    private @Nullable Transfer begun(Key key, Request request) {
        drop(key);
        if (countOf(key.peer) >= PER_PEER) {
            open.keySet().stream()
                    .filter(each -> each.peer.equals(key.peer))
                    .findFirst()
                    .ifPresent(this::drop);
        }
        if (open.size() >= limit) {
            return null;
        }
        Transfer transfer = new Transfer(request.getOptions().getContentFormat());
        open.put(key, transfer);
        meters.transfers.incrementAndGet();
        return transfer;
    }

    private long countOf(Object peer) {
        return open.keySet().stream().filter(key -> key.peer.equals(peer)).count();
    }

    private @Nullable Answer fault(Transfer transfer, Request request, BlockOption block) {
        int had = transfer.body.size();
        int size = request.getPayloadSize();
        Integer announced = request.getOptions().getSize1();
        if (had + size > maxBody || (announced != null && announced > maxBody)) {
            return Answer.tooLarge(maxBody);
        }
        if (block.getOffset() != had) {
            return Answer.of(ResponseCode.REQUEST_ENTITY_INCOMPLETE, "blocks must come in order");
        }
        if (transfer.format != request.getOptions().getContentFormat()) {
            return Answer.of(ResponseCode.REQUEST_ENTITY_INCOMPLETE, "Content-Format has changed");
        }
        return block.isM() && size != block.getSize()
                ? Answer.of(ResponseCode.BAD_REQUEST, "a block that isn't the last must be full")
                : null;
    }

    private void drop(Key key) {
        Transfer transfer = open.remove(key);
        if (transfer != null) {
            release(transfer);
        }
    }

    private void release(Transfer transfer) {
        int size = transfer.body.size();
        ingest.release(size);
        meters.transferBytes.addAndGet(-size);
        meters.transfers.decrementAndGet();
    }

    /** Drops those whose next block hasn't come in time. Several times a second. */
    void look() {
        long now = System.nanoTime();
        Iterator<Transfer> all = open.values().iterator();
        while (all.hasNext()) {
            Transfer transfer = all.next();
            if (now - transfer.lastBlock > patience) {
                all.remove();
                release(transfer);
            }
        }
    }

    /** Drops all. */
    void clear() {
        open.values().forEach(this::release);
        open.clear();
    }
}
