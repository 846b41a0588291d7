package io.headrace.guarantee;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Apache Spark with Iceberg's own runtime for it, in a process of its own that knows nothing of us but the catalog. On
 * Java 17 where the machine has it: Spark 4.1 logs a failure of Hadoop's on 25, and goes on.
 *
 * @param engines folder of its libraries and of {@code SparkSql.java}
 * @param folder for what it prints
 * @param catalog settings of the catalog that statements name {@code headrace}, as Iceberg spells them
 * @param environment of the process
 */
record Spark(Path engines, Path folder, Map<String, String> catalog, Map<String, String> environment) {
    private static final List<String> OPENED = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.net",
            "java.nio",
            "java.util",
            "java.util.concurrent",
            "sun.nio.ch",
            "sun.util.calendar");

    /** Runs statements; rows of each, their columns with bars between. */
    List<List<String>> sql(String... statements) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(java().toString());
        command.add("-Xmx700m");
        OPENED.forEach(opened -> command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED"));
        command.addAll(
                List.of("-cp", classPath(), engines.resolve("SparkSql.java").toString()));
        settings().forEach((key, value) -> command.add(key + "=" + value));
        command.add("--");
        command.addAll(List.of(statements));
        Path out = folder.resolve("spark.out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException(Files.readString(out));
        }
        return rows(Files.readAllLines(out), statements.length);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spark.ui.enabled", "false");
        settings.put("spark.driver.host", "127.0.0.1");
        settings.put("spark.driver.bindAddress", "127.0.0.1");
        settings.put("spark.sql.session.timeZone", "UTC");
        settings.put("spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions");
        settings.put("spark.sql.catalog.headrace", "org.apache.iceberg.spark.SparkCatalog");
        catalog.forEach((key, value) -> settings.put("spark.sql.catalog.headrace." + key, value));
        return settings;
    }

    /** Its own, AWS's, and the driver that the catalog is reached by. */
    private String classPath() throws IOException {
        String driver = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(jar -> Path.of(jar).getFileName().toString().startsWith("postgresql-"))
                .findFirst()
                .orElseThrow();
        try (Stream<Path> jars = Files.list(engines.resolve("target/s3"))) {
            Path aws = jars.filter(jar -> jar.getFileName().toString().startsWith("iceberg-aws-bundle-"))
                    .findFirst()
                    .orElseThrow();
            return engines.resolve("target/spark") + "/*:" + aws + ":" + driver;
        }
    }

    private static List<List<String>> rows(List<String> lines, int statements) {
        List<List<String>> rows = Stream.<List<String>>generate(ArrayList::new)
                .limit(statements)
                .collect(Collectors.toCollection(ArrayList::new));
        for (String line : lines) {
            if (line.startsWith("row\t")) {
                String[] parts = line.split("\t", 3);
                rows.get(Integer.parseInt(parts[1])).add(parts[2].replace('\t', '|'));
            }
        }
        return rows;
    }

    private static Path java() throws IOException {
        Path all = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(all)) {
            try (Stream<Path> homes = Files.list(all)) {
                var home = homes.filter(each -> each.getFileName().toString().contains("-17-")
                                && Files.isExecutable(each.resolve("bin/javac")))
                        .findFirst();
                if (home.isPresent()) {
                    return home.get().resolve("bin/java");
                }
            }
        }
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
