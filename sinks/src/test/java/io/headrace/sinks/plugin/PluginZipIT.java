package io.headrace.sinks.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the zip, and what isn't. */
class PluginZipIT {
    private static final int JAVA_17 = 61;
    private static final Pattern RELEASE = Pattern.compile("META-INF/versions/(\\d+)/.*");

    @TempDir
    static Path folder;

    private static Path root;

    @BeforeAll
    static void unpack() throws IOException {
        PluginZip.unpack(folder);
        try (Stream<Path> top = Files.list(folder)) {
            root = top.toList().get(0);
        }
    }

    private static List<JarFile> jars() throws IOException {
        List<JarFile> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(root.resolve("lib"))) {
            for (Path file : files.sorted().toList()) {
                jars.add(new JarFile(file.toFile()));
            }
        }
        return jars;
    }

    @Test
    void everyClassRunsOnJava17() throws IOException {
        // When
        List<String> newer = new ArrayList<>();
        for (JarFile jar : jars()) {
            try (jar) {
                for (JarEntry entry :
                        jar.stream().filter(PluginZipIT::isSeenByJava17).toList()) {
                    if (classVersion(jar, entry) > JAVA_17) {
                        newer.add(jar.getName() + " " + entry.getName());
                    }
                }
            }
        }

        // Then
        assertThat(newer).isEmpty();
    }

    private static boolean isSeenByJava17(JarEntry entry) {
        Matcher release = RELEASE.matcher(entry.getName());
        return entry.getName().endsWith(".class") && (!release.matches() || Integer.parseInt(release.group(1)) <= 17);
    }

    private static int classVersion(JarFile jar, JarEntry entry) throws IOException {
        try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
            in.skipNBytes(6);
            return in.readUnsignedShort();
        }
    }

    @Test
    void whatTheWorkerBringsIsntInItAndNothingIsTwice() throws IOException {
        // When
        Map<String, String> jarOf = new HashMap<>();
        List<String> twice = new ArrayList<>();
        Set<String> theWorkers = new TreeSet<>();
        for (JarFile jar : jars()) {
            try (jar) {
                for (JarEntry entry : jar.stream().toList()) {
                    String name = entry.getName();
                    boolean isOfItsJar = name.startsWith("shaded/parquet/") || name.endsWith("module-info.class");
                    if (!name.endsWith(".class") || isOfItsJar) {
                        continue;
                    }
                    if (name.matches("org/apache/kafka/.*|org/slf4j/.*")) {
                        theWorkers.add(jar.getName());
                    }
                    String other = jarOf.put(name, jar.getName());
                    if (other != null) {
                        twice.add(name + " in " + other + " and " + jar.getName());
                    }
                }
            }
        }

        // Then
        assertThat(theWorkers).isEmpty();
        assertThat(twice).isEmpty();
    }

    @Test
    void everyPlugInIsAService() throws IOException, ReflectiveOperationException {
        for (Class<?> kind : List.of(SinkConnector.class, Converter.class, Transformation.class, Predicate.class)) {
            // Given
            List<String> ours = new ArrayList<>();
            List<String> services = new ArrayList<>();
            try (JarFile jar = ourJar()) {
                for (JarEntry entry : jar.stream().toList()) {
                    if (entry.getName().endsWith(".class") && isA(kind, entry.getName())) {
                        ours.add(className(entry.getName()));
                    }
                }

                // When
                JarEntry file = jar.getJarEntry("META-INF/services/" + kind.getName());
                if (file != null) {
                    new String(jar.getInputStream(file).readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .forEach(services::add);
                }
            }

            // Then
            assertThat(services).as(kind.getName()).containsExactlyInAnyOrderElementsOf(ours);
        }
    }

    private static JarFile ourJar() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("lib"))) {
            return new JarFile(
                    files.filter(file -> file.getFileName().toString().matches("sinks-.*\\.jar"))
                            .findFirst()
                            .orElseThrow()
                            .toFile());
        }
    }

    /** Not what the plug-ins share: of that a worker makes none. */
    private static boolean isA(Class<?> kind, String entry) throws ReflectiveOperationException {
        Class<?> type = Class.forName(className(entry), false, PluginZipIT.class.getClassLoader());
        return kind.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers());
    }

    private static String className(String entry) {
        return entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
    }

    @Test
    void theTemplatesAndTheReferenceAreInIt() {
        assertThat(root.resolve("connectors/warm.json")).exists();
        assertThat(root.resolve("connectors.md")).exists();
        assertThat(root.resolve("LICENSE")).exists();
    }
}
