package io.headrace.streams.rules;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Alert;
import io.headrace.record.Reading;
import io.headrace.streams.registered.DevicesOfTask;
import io.headrace.streams.registered.RegisteredDevices;
import io.headrace.streams.rules.Bound.Pair;
import io.headrace.streams.rules.check.Sight;
import io.headrace.streams.rules.check.Silence;
import io.headrace.streams.rules.check.Verdict;
import io.headrace.streams.rules.course.Course;
import io.headrace.streams.rules.course.DeviceMemory;
import io.headrace.streams.rules.course.MemoryFormat;
import io.headrace.streams.rules.course.Step;
import io.headrace.streams.rules.silence.Gateways;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Takes each reading through the rules about its device, looks who is silent, and tells what changed. */
final class RulesProcessor implements Processor<String, Reading, String, Alert> {
    private static final Duration TICK = Duration.ofSeconds(1);

    private final Rules rules;
    private final RulesMeters meters;
    private final String storeName;
    private final MemoryFormat format;
    private final Gateways gateways;
    private final Optional<RegisteredDevices> registered;
    private @Nullable Running running;

    /** What there is from {@link #init} on. */
    private record Running(
            ProcessorContext<String, Alert> context,
            Memories memories,
            AlertOutput output,
            SilenceWatch silence,
            Optional<DevicesOfTask> devices) {}

    RulesProcessor(
            Rules rules,
            Gateways gateways,
            Optional<RegisteredDevices> registered,
            RulesMeters meters,
            String storeName,
            MemoryFormat format) {
        this.rules = rules;
        this.gateways = gateways;
        this.registered = registered;
        this.meters = meters;
        this.storeName = storeName;
        this.format = format;
    }

    @Override
    public void init(ProcessorContext<String, Alert> context) {
        Memories memories = new Memories(context.getStateStore(storeName), format);
        AlertOutput output = new AlertOutput(context, meters);
        Optional<DevicesOfTask> devices = registered.map(all -> {
            KeyValueStore<String, byte[]> store = context.getStateStore(RegisteredDevices.STORE);
            return all.ofTask(context.taskId().partition(), store);
        });
        SilenceWatch silence = new SilenceWatch(memories, output, gateways, devices, context.currentSystemTimeMs());
        running = new Running(context, memories, output, silence, devices);
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> silence.look(rules.book(), now, this::bound));
    }

    @Override
    public void process(Record<String, Reading> record) {
        RuleBook book = rules.book();
        if (book.isEmpty() && !rules.wereThere()) {
            return;
        }
        Running now = running();
        String device = record.key();
        Reading reading = record.value();
        DeviceMemory memory = now.memories.find(device);
        if (memory == null) {
            if (!book.isAboutAny(device, reading.getTags())) {
                return;
            }
            memory = new DeviceMemory();
        }
        DeviceMemory known = memory;
        long at = Sight.micros(reading.getObservedAt());
        Sight sight = new Sight(reading, use -> known.window(use, at));
        memory.spoke(
                reading,
                at,
                Headers.find(record.headers(), Headers.ORIGIN)
                        .orElseGet(() -> OriginHeader.ofMessage(reading.getOrigin())));
        if (book.shortestSilenceMs() != Long.MAX_VALUE) {
            memory.cameThrough(Headers.find(record.headers(), Headers.GATEWAY).orElse(""));
        }
        if (memory.bound() == null) {
            now.devices.ifPresent(each -> each.met(device));
        }
        Bound bound = bound(book, device, memory);
        memory.learn(sight, bound.metrics());
        long receivedAt = Sight.micros(reading.getReceivedAt());
        for (Pair pair : bound.pairs()) {
            judge(pair, sight, receivedAt, memory);
        }
        now.memories.put(device, memory);
        now.silence.heard(book, device, memory.receivedAt(), now.context.currentSystemTimeMs());
    }

    private Bound bound(RuleBook book, String device, DeviceMemory memory) {
        Bound before = memory.bound() instanceof Bound known ? known : null;
        if (before != null && before.book() == book && before.tags().equals(memory.tags())) {
            return before;
        }
        Bound bound = Bound.of(book, device, memory, book.about(device, memory.tags()));
        memory.bind(bound);
        memory.keepWindows(bound.windows());
        if (before == null || before.book() != book) {
            forgetOthers(book, bound, memory);
        }
        return bound;
    }

    /**
     * An alert doesn't stand for ever whose rule was deleted, disabled, or changed so that it isn't about the device any
     * more. Where only the reading's tags are others, the rule has nothing to say of this reading.
     */
    private void forgetOthers(RuleBook book, Bound bound, DeviceMemory memory) {
        for (String rule : memory.rules()) {
            Course course = memory.course(rule);
            if (!bound.has(rule) && !book.mayReturn(rule, course.version())) {
                endAsGone(course, memory);
                memory.forget(rule);
            }
        }
    }

    private void endAsGone(Course course, DeviceMemory memory) {
        long raisedAt = course.since();
        if (course.clear() == Step.CLEARED) {
            running()
                    .output
                    .clear(course, memory, Math.max(memory.observedAt(), raisedAt), "the rule is no longer in force");
        }
    }

    private void judge(Pair pair, Sight sight, long receivedAt, DeviceMemory memory) {
        Versions versions = pair.rule();
        boolean isCurrent = versions.isCurrentAt(receivedAt, sight.at());
        ActiveRule rule = isCurrent ? versions.current() : versions.earlier();
        Course course = pair.course();
        if (rule == null || !(isCurrent ? pair.current() : pair.earlier())) {
            boolean isOther = rule == null || rule.version() != course.version();
            if (isCurrent && isOther && !versions.isBroken()) {
                endAsGone(course, memory);
            }
            return;
        }
        if (rule.silence().isPresent()) {
            course.judgedBy(rule.version());
            spoken(rule, rule.silence().get(), sight, course, memory);
            return;
        }
        if (course.isPast(sight.at())) {
            return;
        }
        course.judgedBy(rule.version());
        Verdict verdict = rule.judge(sight, course.memory(rule.check()));
        if (verdict == Verdict.FAILED || verdict == Verdict.UNCLEAR) {
            meters.failed(rule, verdict, sight, running().context.currentSystemTimeMs());
        }
        switch (course.plus(verdict, sight.at(), rule.isOpen(sight.at()), rule.terms())) {
            case RAISED -> running().output.raise(rule, sight, course, memory);
            case CLEARED -> running().output.clear(course, memory, sight.at(), null);
            case NONE -> {}
        }
    }

    /** A device that speaks isn't silent, however old is what it says. */
    private void spoken(ActiveRule rule, Silence silence, Sight sight, Course course, DeviceMemory memory) {
        double[] remembered = course.memory(rule.check());
        long gap = course.isRaised() ? Long.MAX_VALUE : silence.gapBefore(sight, remembered);
        if (gap != Long.MAX_VALUE && course.plus(Verdict.HOLDS, gap, rule.isOpen(gap), rule.terms()) == Step.RAISED) {
            running().output.raise(rule, sight, course, memory);
        }
        long raisedAt = course.since();
        silence.judge(sight, remembered);
        if (course.clear() == Step.CLEARED) {
            running().output.clear(course, memory, Math.max(sight.at(), raisedAt), null);
        }
    }

    @Override
    public void close() {
        if (running != null) {
            running.devices.ifPresent(DevicesOfTask::close);
        }
    }

    private Running running() {
        return Objects.requireNonNull(running);
    }
}
