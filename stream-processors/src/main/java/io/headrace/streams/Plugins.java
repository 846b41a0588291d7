package io.headrace.streams;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.streams.fragment.Fragment;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds processors that others have written: on the class path, and in the folder {@code processors.plugins}. Each jar in
 * that folder, and each folder of jars in it, is one plug-in with a class loader of its own: two of them may bring
 * different versions of a library. What Headrace itself has (Kafka, Avro, Micrometer, our schemas) is Headrace's.
 */
final class Plugins {
    private static final String KEY = "processors.plugins";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /** Names of nodes, stores or groups of keys that are the application's own. */
    private static final Set<String> TAKEN =
            Set.of("normalize", "route", "ledger", "window", "detect", "rules", "hot", "readings", "streams", "query");

    private Plugins() {}

    /** By name; reads {@code processors.plugins}. */
    static List<Fragment> from(Settings settings) {
        Map<String, Fragment> byName = new TreeMap<>();
        Set<Class<?>> classes = new HashSet<>();
        List<ClassLoader> loaders = new ArrayList<>();
        loaders.add(Fragment.class.getClassLoader());
        settings.findPath(KEY).ifPresent(folder -> loaders.addAll(loaders(folder)));
        for (ClassLoader loader : loaders) {
            try {
                for (Fragment fragment : ServiceLoader.load(Fragment.class, loader)) {
                    if (classes.add(fragment.getClass())) {
                        add(fragment, byName);
                    }
                }
            } catch (ServiceConfigurationError | LinkageError broken) {
                throw new ConfigException("a plug-in can't be loaded: " + broken);
            }
        }
        return List.copyOf(byName.values());
    }

    private static void add(Fragment fragment, Map<String, Fragment> byName) {
        String name = fragment.name();
        String what = fragment.getClass().getName() + " names itself " + name;
        if (!NAME.matcher(name).matches()) {
            throw new ConfigException(what + ", which must be 1 to 32 of a-z 0-9 -, a letter first");
        }
        if (TAKEN.stream().anyMatch(taken -> name.equals(taken) || name.startsWith(taken + "-"))) {
            throw new ConfigException(what + ": the name is taken by Headrace");
        }
        Optional.ofNullable(byName.put(name, fragment)).ifPresent(other -> {
            throw new ConfigException(what + ", and so does " + other.getClass().getName());
        });
    }

    private static List<ClassLoader> loaders(Path folder) {
        List<ClassLoader> loaders = new ArrayList<>();
        for (Path entry : entries(folder)) {
            List<Path> jars = Files.isDirectory(entry) ? entries(entry) : List.of(entry);
            URL[] urls = jars.stream()
                    .filter(jar -> jar.toString().endsWith(".jar"))
                    .map(Plugins::url)
                    .toArray(URL[]::new);
            if (urls.length > 0) {
                // open for as long as the process runs: a processor may need another class of its jar at any time
                loaders.add(
                        new URLClassLoader("plug-in " + entry.getFileName(), urls, Fragment.class.getClassLoader()));
            }
        }
        return loaders;
    }

    private static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new ConfigException(KEY + " = " + folder + " can't be read: " + e);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new ConfigException(KEY + " holds " + jar + ", which has no URL: " + e.getMessage());
        }
    }
}
