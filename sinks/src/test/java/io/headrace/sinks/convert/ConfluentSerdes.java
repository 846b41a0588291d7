package io.headrace.sinks.convert;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Confluent's serializer and deserializer as they are, with the libraries they bring, apart from ours. */
final class ConfluentSerdes implements AutoCloseable {
    private static final Path ROOT = Path.of(System.getProperty("headrace.root", ".."));

    private final URLClassLoader loader;
    private final Map<String, String> settings;

    ConfluentSerdes(URI registry) throws IOException {
        try (Stream<Path> jars = Files.walk(ROOT.resolve("sinks/target/confluent"))) {
            URL[] urls = jars.filter(path -> path.toString().endsWith(".jar"))
                    .map(ConfluentSerdes::url)
                    .toArray(URL[]::new);
            loader = new URLClassLoader("confluent", urls, ClassLoader.getPlatformClassLoader());
        }
        settings = Map.of("schema.registry.url", registry.toString());
    }

    /** What the record is to whoever reads it so: Avro's own JSON, times in microseconds. */
    String read(String topic, byte[] bytes) throws ReflectiveOperationException {
        Object deserializer = configured("io.confluent.kafka.serializers.KafkaAvroDeserializer");
        return invoke(deserializer, "deserialize", List.of(String.class, byte[].class), topic, bytes)
                .toString();
    }

    /** Bytes of a record that is given in Avro's JSON encoding. */
    byte[] write(String topic, String schema, String json) throws ReflectiveOperationException {
        Class<?> schemaType = type("org.apache.avro.Schema");
        Object parser = type("org.apache.avro.Schema$Parser").getConstructor().newInstance();
        Object parsed = invoke(parser, "parse", List.of(String.class), schema);
        Object factory =
                type("org.apache.avro.io.DecoderFactory").getMethod("get").invoke(null);
        Object decoder = invoke(factory, "jsonDecoder", List.of(schemaType, String.class), parsed, json);
        Object reader = type("org.apache.avro.generic.GenericDatumReader")
                .getConstructor(schemaType)
                .newInstance(parsed);
        Object record = Objects.requireNonNull(type("org.apache.avro.io.DatumReader")
                .getMethod("read", Object.class, type("org.apache.avro.io.Decoder"))
                .invoke(reader, null, decoder));
        Object serializer = configured("io.confluent.kafka.serializers.KafkaAvroSerializer");
        return (byte[]) invoke(serializer, "serialize", List.of(String.class, Object.class), topic, record);
    }

    private Object configured(String name) throws ReflectiveOperationException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // Kafka's configuration loads classes by the thread's loader
        thread.setContextClassLoader(loader);
        try {
            Object serde = type(name).getConstructor().newInstance();
            serde.getClass().getMethod("configure", Map.class, boolean.class).invoke(serde, settings, false);
            return serde;
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(name, true, loader);
    }

    private static Object invoke(Object target, String method, List<Class<?>> types, Object... arguments)
            throws ReflectiveOperationException {
        try {
            return Objects.requireNonNull(target.getClass()
                    .getMethod(method, types.toArray(new Class<?>[0]))
                    .invoke(target, arguments));
        } catch (InvocationTargetException e) {
            throw new AssertionError(method + " of Confluent's failed", e.getCause());
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
