package io.headrace.sinks.cold.upkeep;

import io.headrace.sinks.cold.SinkPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Files in the table's folder that nothing names: what a process that was killed had written.
 *
 * <p>A file of the sink's is named by no snapshot from when it is whole until its coordinator commits it, which an outage
 * of the catalog can put off for days. So its age is reckoned not from now but from a commit of the sink's that another followed an
 * hour or more later: by then the sink had committed all it was told of before. While the sink commits nothing, nothing
 * becomes an orphan.
 */
final class Orphans {
    private static final Duration SETTLED = Duration.ofHours(1);

    private final Table table;
    private final UpkeepConfig config;

    Orphans(Table table, UpkeepConfig config) {
        this.table = table;
        this.config = config;
    }

    /**
     * Removes them.
     *
     * @param now epoch ms
     * @return how many there were
     * @throws IllegalStateException where the table's files can't be listed
     */
    int remove(long now) throws IOException {
        OptionalLong newest = SinkPosition.lastCommitBefore(table, now);
        if (newest.isEmpty()) {
            return 0;
        }
        OptionalLong settled = SinkPosition.lastCommitBefore(table, newest.getAsLong() - SETTLED.toMillis());
        if (settled.isEmpty()) {
            return 0;
        }
        // listed first: what is committed meanwhile is named by the table as it is read then
        Map<String, String> old =
                listed(settled.getAsLong() - config.orphanAge().toMillis());
        table.refresh();
        forgetNamed(old);
        old.values().forEach(table.io()::deleteFile);
        return old.size();
    }

    /** Path without its scheme, to the location. */
    private Map<String, String> listed(long olderThan) {
        if (!(table.io() instanceof SupportsPrefixOperations files)) {
            throw new IllegalStateException(table.io().getClass().getName() + " can't list files");
        }
        Map<String, String> old = new HashMap<>();
        for (FileInfo file : files.listPrefix(table.location())) {
            if (file.createdAtMillis() < olderThan) {
                old.put(path(file.location()), file.location());
            }
        }
        return old;
    }

    private void forgetNamed(Map<String, String> files) throws IOException {
        Stream.of(
                        ReachableFileUtil.metadataFileLocations(table, false),
                        ReachableFileUtil.manifestListLocations(table),
                        ReachableFileUtil.statisticsFilesLocations(table),
                        List.of(ReachableFileUtil.versionHintLocation(table)))
                .forEach(named -> named.forEach(location -> files.remove(path(location))));
        Set<String> manifests = new HashSet<>();
        for (Snapshot snapshot : table.snapshots()) {
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                if (manifests.add(manifest.path())) {
                    files.remove(path(manifest.path()));
                    forgetContent(manifest, files);
                }
            }
        }
    }

    private void forgetContent(ManifestFile manifest, Map<String, String> files) throws IOException {
        try (ManifestReader<? extends ContentFile<?>> content = manifest.content() == ManifestContent.DATA
                ? ManifestFiles.read(manifest, table.io(), table.specs())
                : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
            for (ContentFile<?> file : content.select(List.of("file_path"))) {
                files.remove(path(file.location()));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Spellings of one scheme differ, s3a and s3 or a bare path: what comes after it doesn't. */
    private static String path(String location) {
        return location.contains(":/")
                ? URI.create(location).getSchemeSpecificPart().replaceFirst("^/+", "/")
                : location;
    }
}
