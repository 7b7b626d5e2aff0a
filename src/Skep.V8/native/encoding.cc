// Text and bytes: UTF-8, UTF-16 and base64, on the simdutf that the node executable exports.
#include <cstdlib>

#include "native_ops.h"

// Declarations of https://github.com/simdutf/simdutf; the definitions are found in the executable at load time.
namespace simdutf {
enum error_code : int;
struct result {
    error_code error;
    size_t count;
};
enum base64_options : uint64_t;
enum last_chunk_handling_options : uint64_t;
bool validate_ascii(const char* data, size_t length) noexcept;
bool validate_utf8(const char* data, size_t length) noexcept;
size_t utf16_length_from_utf8(const char* data, size_t length) noexcept;
size_t convert_valid_utf8_to_utf16le(const char* data, size_t length, char16_t* out) noexcept;
bool validate_utf16le(const char16_t* data, size_t length) noexcept;
void to_well_formed_utf16le(const char16_t* data, size_t length, char16_t* out) noexcept;
void change_endianness_utf16(const char16_t* data, size_t length, char16_t* out) noexcept;
result base64_to_binary(const char* data, size_t length, char* out, base64_options, last_chunk_handling_options) noexcept;
result base64_to_binary(const char16_t* data, size_t length, char* out, base64_options, last_chunk_handling_options) noexcept;
size_t base64_length_from_binary(size_t length, base64_options) noexcept;
size_t binary_to_base64(const char* data, size_t length, char* out, base64_options) noexcept;
}  // namespace simdutf

namespace skep {
namespace {

constexpr int kFatal = 1;
constexpr int kDropByteOrderMark = 2;
constexpr int kBigEndian = 4;

// Room for a conversion: on the stack as long as it is small.
template <class T>
class Scratch {
public:
    explicit Scratch(size_t count) : data_(count <= kInline ? inline_ : static_cast<T*>(std::malloc(count * sizeof(T)))) {}
    ~Scratch() {
        if (data_ != inline_) std::free(data_);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    T* get() { return data_; }

private:
    static constexpr size_t kInline = 4096 / sizeof(T);
    T inline_[kInline];
    T* data_;
};

struct Bytes {
    const uint8_t* data = nullptr;
    size_t length = 0;
};

// The bytes of an ArrayBufferView, which stay where they are while no JavaScript runs.
Bytes bytes_of(v8::Local<v8::Value> value) {
    if (value->IsArrayBufferView()) {
        v8::Local<v8::ArrayBufferView> view = value.As<v8::ArrayBufferView>();
        return {static_cast<const uint8_t*>(view->Buffer()->Data()) + view->ByteOffset(), view->ByteLength()};
    }
    // Whatever else the layer let through must not be read as if it were memory.
    if (!value->IsArrayBuffer()) return {};
    v8::Local<v8::ArrayBuffer> buffer = value.As<v8::ArrayBuffer>();
    return {static_cast<const uint8_t*>(buffer->Data()), buffer->ByteLength()};
}

template <class Info>
void return_string(const Info& info, v8::MaybeLocal<v8::String> string) {
    v8::Local<v8::String> result;
    if (string.ToLocal(&result)) {
        info.GetReturnValue().Set(result);
        return;
    }
    info.GetIsolate()->ThrowException(v8::Exception::RangeError(utf8(info.GetIsolate(), "The text is longer than a string can be.")));
}

bool too_long(const v8::FunctionCallbackInfo<v8::Value>& info, size_t length) {
    if (length <= static_cast<size_t>(v8::String::kMaxLength)) return false;
    return_string(info, {});
    return true;
}

// Memory that the caller fills; empty after throwing a RangeError.
v8::MaybeLocal<v8::Uint8Array> new_bytes(v8::Isolate* isolate, size_t length) {
    v8::Local<v8::ArrayBuffer> buffer;
    if (v8::ArrayBuffer::MaybeNew(isolate, length, v8::BackingStoreInitializationMode::kUninitialized).ToLocal(&buffer)) {
        return v8::Uint8Array::New(buffer, 0, length);
    }
    isolate->ThrowException(v8::Exception::RangeError(utf8(isolate, "Array buffer allocation failed")));
    return {};
}

// utf8_encode(text): Uint8Array
void utf8_encode(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::String> text = info[0].As<v8::String>();
    size_t length = text->Utf8LengthV2(isolate);
    v8::Local<v8::Uint8Array> result;
    if (!new_bytes(isolate, length).ToLocal(&result)) return;
    if (length > 0) {
        text->WriteUtf8V2(isolate, static_cast<char*>(result->Buffer()->Data()), length, v8::String::WriteFlags::kReplaceInvalidUtf8);
    }
    info.GetReturnValue().Set(result);
}

// utf8_encode_into(text, bytes, counts: Uint32Array): void; counts receives code units read, bytes written.
void utf8_encode_into(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::String> text = info[0].As<v8::String>();
    Bytes bytes = bytes_of(info[1]);
    size_t read = 0;
    size_t written = 0;
    if (bytes.length > 0) {
        written = text->WriteUtf8V2(isolate, reinterpret_cast<char*>(const_cast<uint8_t*>(bytes.data)), bytes.length,
                                    v8::String::WriteFlags::kReplaceInvalidUtf8, &read);
    }
    auto* counts = reinterpret_cast<uint32_t*>(const_cast<uint8_t*>(bytes_of(info[2]).data));
    counts[0] = static_cast<uint32_t>(read);
    counts[1] = static_cast<uint32_t>(written);
}

// utf8_decode(bytes, flags): string | undefined (flag "fatal" and malformed input)
void utf8_decode(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    Bytes bytes = bytes_of(info[0]);
    int flags = info[1]->IsInt32() ? info[1].As<v8::Int32>()->Value() : 0;
    if (flags & kDropByteOrderMark && bytes.length >= 3 && bytes.data[0] == 0xEF && bytes.data[1] == 0xBB && bytes.data[2] == 0xBF) {
        bytes.data += 3;
        bytes.length -= 3;
    }
    if (bytes.length == 0) {
        info.GetReturnValue().SetEmptyString();
        return;
    }
    const char* data = reinterpret_cast<const char*>(bytes.data);
    if (simdutf::validate_ascii(data, bytes.length)) {
        if (too_long(info, bytes.length)) return;
        return_string(info, v8::String::NewFromOneByte(isolate, bytes.data, v8::NewStringType::kNormal, static_cast<int>(bytes.length)));
        return;
    }
    if (simdutf::validate_utf8(data, bytes.length)) {
        size_t length = simdutf::utf16_length_from_utf8(data, bytes.length);
        if (too_long(info, length)) return;
        if (bytes.length > 64) {
            Scratch<char16_t> text(length);
            simdutf::convert_valid_utf8_to_utf16le(data, bytes.length, text.get());
            return_string(info, v8::String::NewFromTwoByte(isolate, reinterpret_cast<const uint16_t*>(text.get()),
                                                           v8::NewStringType::kNormal, static_cast<int>(length)));
            return;
        }
    } else if (flags & kFatal) {
        return;
    }
    if (too_long(info, bytes.length / 3)) return;
    return_string(info, v8::String::NewFromUtf8(isolate, data, v8::NewStringType::kNormal, static_cast<int>(bytes.length)));
}

// utf16_decode(bytes, flags): string | undefined; an even number of bytes.
void utf16_decode(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    Bytes bytes = bytes_of(info[0]);
    int flags = info[1].As<v8::Int32>()->Value();
    size_t length = bytes.length / 2;
    if (too_long(info, length)) return;
    Scratch<char16_t> text(length);
    // The bytes may begin at an odd address.
    std::memcpy(text.get(), bytes.data, length * 2);
    if (flags & kBigEndian) simdutf::change_endianness_utf16(text.get(), length, text.get());
    char16_t* start = text.get();
    if (flags & kDropByteOrderMark && length > 0 && start[0] == 0xFEFF) {
        start++;
        length--;
    }
    if (!simdutf::validate_utf16le(start, length)) {
        if (flags & kFatal) return;
        simdutf::to_well_formed_utf16le(start, length, start);
    }
    return_string(info, v8::String::NewFromTwoByte(isolate, reinterpret_cast<const uint16_t*>(start), v8::NewStringType::kNormal,
                                                   static_cast<int>(length)));
}

// Base64 as `atob` takes it; how many bytes it meant, or -1. No V8 allocation happens while the text is viewed.
int64_t base64_to_bytes(v8::Isolate* isolate, v8::Local<v8::String> source, char* out) {
    constexpr auto kDefault = static_cast<simdutf::base64_options>(0);
    constexpr auto kLoose = static_cast<simdutf::last_chunk_handling_options>(0);
    v8::String::ValueView text(isolate, source);
    size_t length = static_cast<size_t>(text.length());
    simdutf::result result = text.is_one_byte()
        ? simdutf::base64_to_binary(reinterpret_cast<const char*>(text.data8()), length, out, kDefault, kLoose)
        : simdutf::base64_to_binary(reinterpret_cast<const char16_t*>(text.data16()), length, out, kDefault, kLoose);
    return static_cast<int>(result.error) == 0 ? static_cast<int64_t>(result.count) : -1;
}

// simdutf's own bound leaves no room for a malformed end; the text's length always suffices.
size_t room_for_bytes(v8::Local<v8::String> base64) { return static_cast<size_t>(base64->Length()) + 3; }

// base64_decode(text): a string of bytes, or undefined when `text` is not (forgiving) base64
void base64_decode(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::String> text = info[0].As<v8::String>();
    Scratch<char> bytes(room_for_bytes(text));
    int64_t count = base64_to_bytes(isolate, text, bytes.get());
    if (count < 0) return;
    return_string(info, v8::String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(bytes.get()), v8::NewStringType::kNormal,
                                                   static_cast<int>(count)));
}

// base64_decode_bytes(text): the bytes, or undefined as above
void base64_decode_bytes(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::String> text = info[0].As<v8::String>();
    Scratch<char> bytes(room_for_bytes(text));
    int64_t count = base64_to_bytes(isolate, text, bytes.get());
    if (count < 0) return;
    v8::Local<v8::Uint8Array> result;
    if (!new_bytes(isolate, static_cast<size_t>(count)).ToLocal(&result)) return;
    if (count > 0) std::memcpy(result->Buffer()->Data(), bytes.get(), static_cast<size_t>(count));
    info.GetReturnValue().Set(result);
}

// base64_encode(text): the base64 of a string of bytes, or undefined when a code unit is above 255
void base64_encode(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    constexpr auto kDefault = static_cast<simdutf::base64_options>(0);
    v8::Local<v8::String> text = info[0].As<v8::String>();
    if (!text->IsOneByte() && !text->ContainsOnlyOneByte()) return;
    size_t length = static_cast<size_t>(text->Length());
    size_t encoded = simdutf::base64_length_from_binary(length, kDefault);
    if (too_long(info, encoded)) return;
    Scratch<uint8_t> bytes(length);
    text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(length), bytes.get());
    Scratch<char> result(encoded);
    simdutf::binary_to_base64(reinterpret_cast<const char*>(bytes.get()), length, result.get(), kDefault);
    return_string(info, v8::String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(result.get()), v8::NewStringType::kNormal,
                                                   static_cast<int>(encoded)));
}

const NativeOp table[] = {
    {"utf8_encode", utf8_encode},     {"utf8_encode_into", utf8_encode_into}, {"utf8_decode", utf8_decode},
    {"utf16_decode", utf16_decode},   {"base64_decode", base64_decode},       {"base64_encode", base64_encode},
    {"base64_decode_bytes", base64_decode_bytes},
};
}  // namespace

extern const NativeOps encoding_ops = {table, std::size(table)};

}  // namespace skep
