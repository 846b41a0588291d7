package io.headrace.gateway.http;

import io.headrace.gateway.http.request.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Answers as responses, without what only one version of HTTP has. */
final class Responses {
    private Responses() {}

    /** @param hasBody whether the client reads one; not after HEAD */
    static FullHttpResponse of(Answer answer, boolean hasBody) {
        ByteBuf body = hasBody ? Unpooled.wrappedBuffer(answer.body()) : Unpooled.EMPTY_BUFFER;
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), body);
        if (!answer.status().equals(HttpResponseStatus.NO_CONTENT)) { // RFC 9110 §8.6
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        }
        answer.headers().forEach(response.headers()::set);
        return response;
    }

    /** Asks for a body that the client holds back until it is asked. */
    static FullHttpResponse goOn(ByteBufAllocator allocator) {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, allocator.buffer(0));
    }
}
