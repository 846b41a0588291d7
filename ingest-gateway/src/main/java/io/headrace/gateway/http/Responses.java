package io.headrace.gateway.http;

import io.headrace.gateway.http.request.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Answers as responses, without what only one version of HTTP has. */
final class Responses {
    private Responses() {}

    /** @param hasBody whether the client reads one; not after HEAD */
    static FullHttpResponse of(ByteBufAllocator allocator, Answer answer, boolean hasBody) {
        ByteBuf body = hasBody ? ByteBufUtil.writeUtf8(allocator, answer.json()) : allocator.buffer(0);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), body);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        if (answer instanceof Answer.Refused refused) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json");
            refused.why().headers().forEach(response.headers()::set);
        } else {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        }
        return response;
    }

    /** Asks for a body that the client holds back until it is asked. */
    static FullHttpResponse goOn(ByteBufAllocator allocator) {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, allocator.buffer(0));
    }
}
