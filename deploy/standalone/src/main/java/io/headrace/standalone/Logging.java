package io.headrace.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Where log lines go: Headrace's own warnings and errors to standard error; what is worth reading later to a file of
 * bounded size. Libraries that narrate their configuration at INFO are held to warnings.
 */
public final class Logging {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX, UTC} %-5level %logger{28} - %msg%n";
    private static final List<String> TALKATIVE = List.of(
            "org.apache.kafka",
            "kafka",
            "state.change.logger",
            "org.apache.iceberg",
            "org.apache.hadoop",
            "org.apache.parquet",
            "org.eclipse.jetty",
            "org.glassfish",
            "org.reflections",
            "io.netty",
            "io.helidon",
            "com.hivemq");

    private Logging() {}

    /** Console only. */
    public static void toConsole() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Logger root = fresh();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setTarget("System.err");
        ThresholdFilter filter = new ThresholdFilter();
        filter.setLevel("WARN");
        filter.start();
        console.addFilter(filter);
        console.addFilter(new OwnLinesOnly());
        start(console, "%level %logger{0}: %msg%n%nopex");
        root.addAppender(console);
    }

    /**
     * Console, and a file {@code headrace.log} that is rolled at 20 MiB, with five older ones kept.
     *
     * @param folder there already
     */
    public static void toFolder(Path folder) {
        toConsole();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setContext(context);
        file.setFile(folder.resolve("headrace.log").toString());
        FixedWindowRollingPolicy older = new FixedWindowRollingPolicy();
        older.setContext(context);
        older.setParent(file);
        older.setMinIndex(1);
        older.setMaxIndex(5);
        older.setFileNamePattern(folder.resolve("headrace.%i.log.gz").toString());
        older.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(FileSize.valueOf("20MB"));
        size.start();
        file.setRollingPolicy(older);
        file.setTriggeringPolicy(size);
        start(file, PATTERN);
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(file);
    }

    private static Logger fresh() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        // warns for each partition of each consumer that is closed while a request is under way
        context.getLogger("org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils")
                .setLevel(Level.ERROR);
        // warns for each record that is set aside, and half of all may be
        context.getLogger("org.apache.kafka.streams.processor.internals.RecordDeserializer")
                .setLevel(Level.ERROR);
        // warns, with its stack trace, of what a peer sent
        context.getLogger("org.eclipse.californium").setLevel(Level.ERROR);
        TALKATIVE.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
        return root;
    }

    private static void start(OutputStreamAppender<ILoggingEvent> appender, String pattern) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
    }
}
