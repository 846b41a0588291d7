package io.headrace.cli;

import io.headrace.client.ApiClient;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a client command reaches the control plane, and how it shows the answer. */
final class ApiOptions {
    @Mixin
    private ApiAddress address = new ApiAddress();

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json. Default: ${DEFAULT-VALUE}")
    private Format output = Format.TABLE;

    Format output() {
        return output;
    }

    ApiClient client() {
        return address.client();
    }
}
