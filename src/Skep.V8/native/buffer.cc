// Bytes and text as node:buffer has them: eight encodings, each way; searching.
#include <algorithm>

#include "bytes_view.h"
#include "native_ops.h"
#include "text_bytes.h"

// Declarations of https://github.com/simdutf/simdutf; the definitions are found in the executable at load time.
namespace simdutf {
enum error_code : int;
struct result {
    error_code error;
    size_t count;
};
enum base64_options : uint64_t;
bool validate_ascii(const char* data, size_t length) noexcept;
bool validate_utf8(const char* data, size_t length) noexcept;
size_t base64_length_from_binary(size_t length, base64_options) noexcept;
size_t binary_to_base64(const char* data, size_t length, char* out, base64_options) noexcept;
}  // namespace simdutf

namespace skep {
namespace {

// js/node/lib/binding/string_decoder.ts has the same list, which is Node.js' own.
enum Encoding : int32_t { kAscii, kUtf8, kBase64, kUtf16, kLatin1, kHex, kBase64Url = 7 };

constexpr char kHexDigits[] = "0123456789abcdef";

void throw_coded(v8::Isolate* isolate, v8::Local<v8::Value> error, const char* code) {
    error.As<v8::Object>()->Set(isolate->GetCurrentContext(), utf8(isolate, "code"), utf8(isolate, code)).Check();
    isolate->ThrowException(error);
}

void throw_range(v8::Isolate* isolate, const char* message, const char* code) {
    throw_coded(isolate, v8::Exception::RangeError(utf8(isolate, message)), code);
}

bool take_view(const v8::FunctionCallbackInfo<v8::Value>& info, int index, MutableBytes* bytes) {
    if (info[index]->IsArrayBufferView()) {
        *bytes = mutable_bytes_of(info[index]);
        return true;
    }
    throw_coded(info.GetIsolate(), v8::Exception::TypeError(utf8(info.GetIsolate(), "argument must be a buffer")), "ERR_INVALID_ARG_TYPE");
    return false;
}

// A count given by JavaScript; undefined stands for `otherwise`. False when it is no count.
bool take_count(v8::Local<v8::Value> value, size_t otherwise, size_t* count) {
    *count = otherwise;
    if (value->IsUndefined()) return true;
    if (!value->IsNumber()) return false;
    double number = value.As<v8::Number>()->Value();
    if (!(number >= 0)) return number != number ? (*count = 0, true) : false;
    *count = number > 9e15 ? static_cast<size_t>(9e15) : static_cast<size_t>(number);
    return true;
}

void return_text(const v8::FunctionCallbackInfo<v8::Value>& info, v8::MaybeLocal<v8::String> text) {
    v8::Local<v8::String> result;
    if (text.ToLocal(&result)) {
        info.GetReturnValue().Set(result);
        return;
    }
    v8::Isolate* isolate = info.GetIsolate();
    throw_coded(isolate, v8::Exception::Error(utf8(isolate, "Cannot create a string longer than 0x1fffffe8 characters")), "ERR_STRING_TOO_LONG");
}

v8::MaybeLocal<v8::String> one_byte(v8::Isolate* isolate, const void* data, size_t length) {
    if (length > static_cast<size_t>(v8::String::kMaxLength)) return {};
    return v8::String::NewFromOneByte(isolate, static_cast<const uint8_t*>(data), v8::NewStringType::kNormal, static_cast<int>(length));
}

v8::MaybeLocal<v8::String> to_text(v8::Isolate* isolate, const uint8_t* data, size_t length, Encoding encoding) {
    switch (encoding) {
        case kLatin1:
            return one_byte(isolate, data, length);
        case kAscii: {
            std::vector<uint8_t> text(data, data + length);
            for (uint8_t& each : text) each &= 0x7F;
            return one_byte(isolate, text.data(), length);
        }
        case kUtf8:
            if (simdutf::validate_ascii(reinterpret_cast<const char*>(data), length)) return one_byte(isolate, data, length);
            if (length > static_cast<size_t>(v8::String::kMaxLength)) return {};
            return v8::String::NewFromUtf8(isolate, reinterpret_cast<const char*>(data), v8::NewStringType::kNormal, static_cast<int>(length));
        case kUtf16: {
            if (length / 2 > static_cast<size_t>(v8::String::kMaxLength)) return {};
            // The bytes may begin at an odd address.
            std::vector<uint16_t> text(length / 2);
            std::memcpy(text.data(), data, text.size() * 2);
            return v8::String::NewFromTwoByte(isolate, text.data(), v8::NewStringType::kNormal, static_cast<int>(text.size()));
        }
        case kHex: {
            if (length > static_cast<size_t>(v8::String::kMaxLength) / 2) return {};
            std::vector<char> text(length * 2);
            for (size_t i = 0; i < length; i++) {
                text[2 * i] = kHexDigits[data[i] >> 4];
                text[2 * i + 1] = kHexDigits[data[i] & 15];
            }
            return one_byte(isolate, text.data(), text.size());
        }
        default: {
            auto options = static_cast<simdutf::base64_options>(encoding == kBase64Url ? 1 : 0);
            size_t room = simdutf::base64_length_from_binary(length, options);
            if (room > static_cast<size_t>(v8::String::kMaxLength)) return {};
            std::vector<char> text(room);
            size_t written = simdutf::binary_to_base64(reinterpret_cast<const char*>(data), length, text.data(), options);
            return one_byte(isolate, text.data(), written);
        }
    }
}

// Base64 of either alphabet as Node.js takes it: what is neither is skipped, padding ends it.
size_t decode_base64(const char16_t* text, size_t length, uint8_t* out, size_t room) {
    auto value = [](char16_t c) -> int {
        if (c >= 'A' && c <= 'Z') return c - 'A';
        if (c >= 'a' && c <= 'z') return c - 'a' + 26;
        if (c >= '0' && c <= '9') return c - '0' + 52;
        if (c == '+' || c == '-') return 62;
        if (c == '/' || c == '_') return 63;
        return -1;
    };
    size_t written = 0;
    uint32_t bits = 0;
    int count = 0;
    for (size_t i = 0; i < length && text[i] != '=' && written < room; i++) {
        int digit = value(text[i]);
        if (digit < 0) continue;
        bits = bits << 6 | static_cast<uint32_t>(digit);
        if ((count += 6) < 8) continue;
        count -= 8;
        out[written++] = static_cast<uint8_t>(bits >> count);
    }
    return written;
}

size_t decode_hex(const char16_t* text, size_t length, uint8_t* out, size_t room) {
    auto value = [](char16_t c) -> int {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    size_t written = 0;
    for (; written < room && 2 * written + 1 < length; written++) {
        int high = value(text[2 * written]);
        int low = value(text[2 * written + 1]);
        if (high < 0 || low < 0) break;
        out[written] = static_cast<uint8_t>(high << 4 | low);
    }
    return written;
}

size_t to_bytes(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding, uint8_t* out, size_t room) {
    if (room == 0) return 0;
    auto length = static_cast<size_t>(text->Length());
    switch (encoding) {
        case kUtf8:
            return text->WriteUtf8V2(isolate, reinterpret_cast<char*>(out), room, v8::String::WriteFlags::kReplaceInvalidUtf8);
        case kAscii:
        case kLatin1: {
            size_t count = std::min(length, room);
            text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(count), out);
            return count;
        }
        case kUtf16: {
            size_t count = std::min(length, room / 2);
            std::vector<uint16_t> units(count);
            text->WriteV2(isolate, 0, static_cast<uint32_t>(count), units.data());
            std::memcpy(out, units.data(), count * 2);
            return count * 2;
        }
        default: {
            std::vector<char16_t> units(length);
            text->WriteV2(isolate, 0, static_cast<uint32_t>(length), reinterpret_cast<uint16_t*>(units.data()));
            return encoding == kHex ? decode_hex(units.data(), length, out, room) : decode_base64(units.data(), length, out, room);
        }
    }
}

// Room that always suffices for a text's bytes.
size_t most_bytes(v8::Isolate* isolate, v8::Local<v8::String> text, Encoding encoding) {
    auto length = static_cast<size_t>(text->Length());
    switch (encoding) {
        case kUtf8: return text->Utf8LengthV2(isolate);
        case kUtf16: return length * 2;
        case kHex: return length / 2;
        case kBase64:
        case kBase64Url: return length / 4 * 3 + 3;
        default: return length;
    }
}

Encoding take_encoding(v8::Local<v8::Value> value) {
    int32_t number = value->IsInt32() ? value.As<v8::Int32>()->Value() : kUtf8;
    return (number < kAscii || number > kHex) && number != kBase64Url ? kUtf8 : static_cast<Encoding>(number);
}

// buffer_text(view, encoding, start?, end?): string
void buffer_text(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    MutableBytes bytes;
    if (!take_view(info, 0, &bytes)) return;
    size_t start;
    size_t end;
    if (!take_count(info[2], 0, &start) || !take_count(info[3], bytes.length, &end)) {
        throw_range(isolate, "Index out of range", "ERR_OUT_OF_RANGE");
        return;
    }
    end = std::min(end, bytes.length);
    if (start >= end) {
        info.GetReturnValue().SetEmptyString();
        return;
    }
    return_text(info, to_text(isolate, bytes.data + start, end - start, take_encoding(info[1])));
}

// buffer_write(view, encoding, text, offset?, length?): the bytes written
void buffer_write(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    MutableBytes bytes;
    if (!take_view(info, 0, &bytes)) return;
    if (!info[2]->IsString()) {
        throw_coded(isolate, v8::Exception::TypeError(utf8(isolate, "argument must be a string")), "ERR_INVALID_ARG_TYPE");
        return;
    }
    size_t offset;
    size_t length;
    if (!take_count(info[3], 0, &offset) || offset > bytes.length) {
        throw_range(isolate, "\"offset\" is outside of buffer bounds", "ERR_BUFFER_OUT_OF_BOUNDS");
        return;
    }
    if (!take_count(info[4], bytes.length - offset, &length)) {
        throw_range(isolate, "Index out of range", "ERR_OUT_OF_RANGE");
        return;
    }
    length = std::min(length, bytes.length - offset);
    size_t written = to_bytes(isolate, info[2].As<v8::String>(), take_encoding(info[1]), bytes.data + offset, length);
    info.GetReturnValue().Set(static_cast<double>(written));
}

// buffer_from(text, encoding): Uint8Array
void buffer_from(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::String> text = info[0].As<v8::String>();
    Encoding encoding = take_encoding(info[1]);
    size_t room = most_bytes(isolate, text, encoding);
    v8::Local<v8::ArrayBuffer> buffer;
    if (!v8::ArrayBuffer::MaybeNew(isolate, room, v8::BackingStoreInitializationMode::kZeroInitialized).ToLocal(&buffer)) {
        isolate->ThrowException(v8::Exception::RangeError(utf8(isolate, "Array buffer allocation failed")));
        return;
    }
    size_t written = to_bytes(isolate, text, encoding, static_cast<uint8_t*>(buffer->Data()), room);
    info.GetReturnValue().Set(v8::Uint8Array::New(buffer, 0, written));
}

// buffer_utf8_length(text): number
void buffer_utf8_length(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    if (info[0]->IsString()) info.GetReturnValue().Set(static_cast<double>(info[0].As<v8::String>()->Utf8LengthV2(isolate)));
}

// buffer_check(bytes, 0: ASCII | 1: UTF-8): boolean
void buffer_check(const v8::FunctionCallbackInfo<v8::Value>& info) {
    MutableBytes bytes = mutable_bytes_of(info[0]);
    const char* data = reinterpret_cast<const char*>(bytes.data);
    bool utf8_wanted = info[1]->IsInt32() && info[1].As<v8::Int32>()->Value() == 1;
    info.GetReturnValue().Set(bytes.length == 0 || (utf8_wanted ? simdutf::validate_utf8(data, bytes.length) : simdutf::validate_ascii(data, bytes.length)));
}

// buffer_compare(a, b): -1 | 0 | 1
void buffer_compare(const v8::FunctionCallbackInfo<v8::Value>& info) {
    MutableBytes a = mutable_bytes_of(info[0]);
    MutableBytes b = mutable_bytes_of(info[1]);
    size_t common = std::min(a.length, b.length);
    int order = common == 0 ? 0 : std::memcmp(a.data, b.data, common);
    if (order == 0) order = a.length < b.length ? -1 : a.length > b.length;
    info.GetReturnValue().Set(order < 0 ? -1 : order > 0 ? 1 : 0);
}

template <class Unit>
int64_t search(const Unit* haystack, size_t length, const Unit* needle, size_t needle_length, size_t from, bool forward) {
    if (needle_length > length) return -1;
    if (forward) {
        const Unit* found = std::search(haystack + from, haystack + length, needle, needle + needle_length);
        return found == haystack + length ? -1 : found - haystack;
    }
    for (size_t at = std::min(from, length - needle_length) + 1; at-- > 0;) {
        if (std::equal(needle, needle + needle_length, haystack + at)) return static_cast<int64_t>(at);
    }
    return -1;
}

int64_t index_of(MutableBytes haystack, const uint8_t* needle, size_t needle_length, double offset, bool forward, bool wide) {
    auto length = static_cast<double>(haystack.length);
    double start;
    if (offset < 0) {
        if (offset + length >= 0) start = length + offset;
        else if (forward || needle_length == 0) start = 0;
        else return -1;
    } else if (offset + static_cast<double>(needle_length) <= length) {
        start = offset;
    } else if (needle_length == 0) {
        start = length;
    } else if (forward) {
        return -1;
    } else {
        start = length - 1;
    }
    if (needle_length == 0) return static_cast<int64_t>(start);
    if (haystack.length == 0 || needle_length > haystack.length) return -1;
    auto from = static_cast<size_t>(start);
    if (forward && from + needle_length > haystack.length) return -1;
    if (!wide) return search(haystack.data, haystack.length, needle, needle_length, from, forward);
    if (haystack.length < 2 || needle_length < 2) return -1;
    std::vector<uint16_t> units(haystack.length / 2);
    std::vector<uint16_t> wanted(needle_length / 2);
    std::memcpy(units.data(), haystack.data, units.size() * 2);
    std::memcpy(wanted.data(), needle, wanted.size() * 2);
    int64_t found = search(units.data(), units.size(), wanted.data(), wanted.size(), std::min(from / 2, units.size()), forward);
    return found < 0 ? -1 : found * 2;
}

// buffer_index_of(view, needle: view | string | number, offset, encoding, forward): number
void buffer_index_of(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    MutableBytes haystack;
    if (!take_view(info, 0, &haystack)) return;
    double offset = info[2]->IsNumber() ? info[2].As<v8::Number>()->Value() : 0;
    if (offset != offset) offset = 0;
    Encoding encoding = take_encoding(info[3]);
    bool forward = info[4]->BooleanValue(isolate);
    int64_t found;
    if (info[1]->IsNumber()) {
        auto byte = static_cast<uint8_t>(info[1]->Uint32Value(isolate->GetCurrentContext()).FromMaybe(0));
        found = index_of(haystack, &byte, 1, offset, forward, false);
    } else if (info[1]->IsString()) {
        v8::Local<v8::String> text = info[1].As<v8::String>();
        std::vector<uint8_t> needle(most_bytes(isolate, text, encoding));
        needle.resize(to_bytes(isolate, text, encoding, needle.data(), needle.size()));
        found = index_of(haystack, needle.data(), needle.size(), offset, forward, encoding == kUtf16);
    } else {
        MutableBytes needle = mutable_bytes_of(info[1]);
        found = index_of(haystack, needle.data, needle.length, offset, forward, encoding == kUtf16);
    }
    info.GetReturnValue().Set(static_cast<double>(found));
}

// buffer_swap(view, 2 | 4 | 8): the view, every group of bytes turned around
void buffer_swap(const v8::FunctionCallbackInfo<v8::Value>& info) {
    MutableBytes bytes;
    if (!take_view(info, 0, &bytes)) return;
    size_t width = info[1]->IsInt32() ? static_cast<size_t>(info[1].As<v8::Int32>()->Value()) : 2;
    if (width != 2 && width != 4 && width != 8) width = 2;
    for (size_t at = 0; at + width <= bytes.length; at += width) std::reverse(bytes.data + at, bytes.data + at + width);
    info.GetReturnValue().Set(info[0]);
}

const NativeOp table[] = {
    {"buffer_text", buffer_text},       {"buffer_write", buffer_write},     {"buffer_from", buffer_from},
    {"buffer_utf8_length", buffer_utf8_length}, {"buffer_check", buffer_check}, {"buffer_compare", buffer_compare},
    {"buffer_index_of", buffer_index_of}, {"buffer_swap", buffer_swap},
};

}  // namespace

extern const NativeOps buffer_ops = {table, std::size(table)};

}  // namespace skep
