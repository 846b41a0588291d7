package io.headrace.control.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Secret;
import io.headrace.control.access.AccessConfig;
import io.headrace.control.access.AccessTokens;
import io.headrace.control.access.Role;
import io.headrace.control.http.Router.Request;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterTest {
    private static final String ADMIN = "the-admin-token-of-it";
    private static final String VIEWER = "the-viewer-token-of-it";

    private final Router router = new Router(
            List.of(
                    Endpoint.open("/open", call -> Answer.ok(call.caller().name())),
                    Endpoint.of("GET", "/d/{id}", Role.VIEWER, call -> Answer.ok("show " + call.path("id"))),
                    Endpoint.of("POST", "/d/{id}:off", Role.OPERATOR, call -> Answer.ok("off " + call.path("id"))),
                    Endpoint.of(
                            "POST", "/d/{id}/keys:rotate", Role.ADMIN, call -> Answer.ok("keys " + call.path("id")))),
            new AccessTokens(new AccessConfig(Secret.of(ADMIN), Optional.empty(), Optional.of(Secret.of(VIEWER)))));

    @ParameterizedTest
    @CsvSource({
        "GET,  /d/a:b,             show a:b",
        "GET,  /d/a%3Ab%2Cc,       'show a:b,c'",
        "GET,  /d/a+b,             show a+b",
        "HEAD, /d/x,               show x",
        "POST, /d/urn:dev:1:off,   off urn:dev:1",
        "POST, /d/a%3Aoff,         off a",
        "POST, /d/a:off:off,       off a:off",
        "POST, /d/a:b/keys:rotate, keys a:b",
    })
    void theVerbIsWhatFollowsTheLastColon(String method, String path, String answer) {
        assertThat(body(method, path, "Bearer " + ADMIN)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /d,            Bearer the-admin-token-of-it,  404",
        "GET,  /d/a/b,        Bearer the-admin-token-of-it,  404",
        "POST, /d/:off,       Bearer the-admin-token-of-it,  405",
        "PUT,  /d/a,          Bearer the-admin-token-of-it,  405",
        "POST, /d/a,          Bearer the-admin-token-of-it,  405",
        "GET,  /d/%,          Bearer the-admin-token-of-it,  400",
        "GET,  /d/a,          Bearer the-admin-token-of-is,  401",
        "GET,  /d/a,          Basic the-admin-token-of-it,   401",
        "GET,  /d/a,          Bearer,                        401",
        "GET,  /d/a,          '',                            401",
        "POST, /d/a:off,      Bearer the-viewer-token-of-it, 403",
    })
    void whatCannotBeAnsweredIsAProblem(String method, String path, String authorization, int status) {
        assertThatThrownBy(() -> body(method, path, authorization))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(status));
    }

    @Test
    void theBodyOfAStrangerIsNotRead() {
        Request request = new Request("POST", "/d/a:off", Optional.empty(), Map.of(), () -> {
            throw new AssertionError("read");
        });
        assertThatThrownBy(() -> router.answer(request)).isInstanceOf(Problem.class);
    }

    @Test
    void openPathsTakeAnyoneAsAStranger() {
        assertThat(body("GET", "/open", "Bearer nonsense")).isEqualTo("anonymous");
    }

    @Test
    void aTokenThatCanBeGuessedIsRefusedAtTheStart() {
        AccessConfig config = new AccessConfig(Secret.of("short"), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> new AccessTokens(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("control-plane.admin-token")
                .hasMessageContaining("16")
                .hasMessageNotContaining("short");
    }

    private Object body(String method, String path, String authorization) {
        Answer answer =
                router.answer(new Request(method, path, Optional.of(authorization), Map.of(), () -> new byte[0]));
        return ((Answer.Body) answer).value();
    }
}
