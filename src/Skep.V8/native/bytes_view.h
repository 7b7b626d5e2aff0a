// The bytes that a BufferSource covers, where they lie. Valid while no JavaScript runs.
#pragma once
#include "isolate.h"

namespace skep {

struct MutableBytes {
    uint8_t* data = nullptr;
    size_t length = 0;
};

/// Empty for what is no BufferSource: whatever the layer lets through must not be read as if it were memory.
inline MutableBytes mutable_bytes_of(v8::Local<v8::Value> value) {
    if (value->IsArrayBufferView()) {
        v8::Local<v8::ArrayBufferView> view = value.As<v8::ArrayBufferView>();
        return {static_cast<uint8_t*>(view->Buffer()->Data()) + view->ByteOffset(), view->ByteLength()};
    }
    if (value->IsArrayBuffer()) {
        v8::Local<v8::ArrayBuffer> buffer = value.As<v8::ArrayBuffer>();
        return {static_cast<uint8_t*>(buffer->Data()), buffer->ByteLength()};
    }
    if (value->IsSharedArrayBuffer()) {
        v8::Local<v8::SharedArrayBuffer> buffer = value.As<v8::SharedArrayBuffer>();
        return {static_cast<uint8_t*>(buffer->Data()), buffer->ByteLength()};
    }
    return {};
}

}  // namespace skep
