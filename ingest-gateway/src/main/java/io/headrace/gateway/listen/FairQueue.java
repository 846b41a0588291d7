package io.headrace.gateway.listen;

import io.headrace.gateway.admission.Source;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Waiting room in which sources take turns, however many each has waiting. When it is full, the source that has most
 * waiting loses its latest. On one thread.
 *
 * @param <T> what waits
 */
final class FairQueue<T> {
    private final int max;
    /** In the order of their turns. */
    private final Map<Source, ArrayDeque<T>> lines = new LinkedHashMap<>();

    private @Nullable ArrayDeque<T> longest;
    private int size;

    FairQueue(int max) {
        this.max = max;
    }

    int size() {
        return size;
    }

    /** Takes one in; returns who has to go for it, which may be itself. */
    Optional<T> add(Source source, T waiting) {
        ArrayDeque<T> line = lines.get(source);
        if (size < max) {
            append(source, line, waiting);
            return Optional.empty();
        }
        ArrayDeque<T> most = longest();
        int own = line == null ? 0 : line.size();
        if (own + 1 >= most.size()) {
            return Optional.of(waiting);
        }
        T loser = most.removeLast(); // not its last one: it has two more than the newcomer's source
        size--;
        append(source, line, waiting);
        return Optional.of(loser);
    }

    private void append(Source source, @Nullable ArrayDeque<T> known, T waiting) {
        ArrayDeque<T> line = known;
        if (line == null) {
            line = new ArrayDeque<>(2);
            lines.put(source, line);
        }
        line.addLast(waiting);
        size++;
        if (longest == null || line.size() > longest.size()) {
            longest = line;
        }
    }

    /** The one remembered is looked for again only when it has become shorter than the average. */
    private ArrayDeque<T> longest() {
        ArrayDeque<T> most = longest;
        if (most == null || (long) most.size() * lines.size() < size) {
            most = new ArrayDeque<>();
            for (ArrayDeque<T> line : lines.values()) {
                most = line.size() > most.size() ? line : most;
            }
            longest = most;
        }
        return most;
    }

    /** Who is next among the sources that may come in; empty where none may. */
    Optional<T> poll(Predicate<Source> mayComeIn) {
        for (int turns = lines.size(); turns > 0; turns--) {
            Iterator<Map.Entry<Source, ArrayDeque<T>>> first = lines.entrySet().iterator();
            Map.Entry<Source, ArrayDeque<T>> turn = first.next();
            Source source = turn.getKey();
            ArrayDeque<T> line = turn.getValue();
            first.remove();
            Optional<T> next = mayComeIn.test(source) ? Optional.of(line.removeFirst()) : Optional.empty();
            if (next.isPresent()) {
                size--;
            }
            if (!line.isEmpty()) {
                lines.put(source, line);
            }
            if (next.isPresent()) {
                return next;
            }
        }
        return Optional.empty();
    }

    /** Takes out all that have waited too long; in each line they stand in front. */
    void removeIf(Predicate<T> hasWaitedTooLong, Consumer<T> removed) {
        for (Iterator<ArrayDeque<T>> each = lines.values().iterator(); each.hasNext(); ) {
            ArrayDeque<T> line = each.next();
            while (!line.isEmpty() && hasWaitedTooLong.test(line.getFirst())) {
                removed.accept(line.removeFirst());
                size--;
            }
            if (line.isEmpty()) {
                each.remove();
            }
        }
    }
}
