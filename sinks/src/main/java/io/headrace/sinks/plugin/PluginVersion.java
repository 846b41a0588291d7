package io.headrace.sinks.plugin;

/** The version that a plug-in reports: its jar's. */
public final class PluginVersion {
    private PluginVersion() {}

    /** {@code unpackaged} where the class isn't in a jar of the build. */
    public static String of(Class<?> plugin) {
        String version = plugin.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
