// https://url.spec.whatwg.org/#application/x-www-form-urlencoded
#include "native_ops.h"
#include "text_bytes.h"

namespace skep {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// Decodes `+` and `%xx`; what is not UTF-8 then becomes U+FFFD ("UTF-8 decode without BOM").
v8::Local<v8::String> decode_component(v8::Isolate* isolate, std::string_view text, std::string& scratch) {
    if (text.find_first_of("+%") == std::string_view::npos) return utf8(isolate, text.data(), static_cast<int>(text.length()));
    scratch.clear();
    for (size_t i = 0; i < text.length(); i++) {
        char c = text[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%' && i + 2 < text.length()) {
            int high = hex_value(text[i + 1]);
            int low = hex_value(text[i + 2]);
            if (high >= 0 && low >= 0) {
                c = static_cast<char>(high * 16 + low);
                i += 2;
            }
        }
        scratch.push_back(c);
    }
    return utf8(isolate, scratch.data(), static_cast<int>(scratch.length()));
}

// urlencoded_parse(text): string[], names and values in turn
void urlencoded_parse(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    TextBytes text(isolate, info[0].As<v8::String>());
    std::vector<v8::Local<v8::Value>> pairs;
    std::string scratch;
    std::string_view rest = text.view();
    while (!rest.empty()) {
        size_t end = rest.find('&');
        std::string_view pair = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        if (pair.empty()) continue;
        size_t equals = pair.find('=');
        pairs.push_back(decode_component(isolate, pair.substr(0, equals), scratch));
        pairs.push_back(equals == std::string_view::npos ? v8::String::Empty(isolate) : decode_component(isolate, pair.substr(equals + 1), scratch));
    }
    info.GetReturnValue().Set(v8::Array::New(isolate, pairs.data(), pairs.size()));
}

void encode_component(v8::Isolate* isolate, v8::Local<v8::String> component, std::string& out) {
    TextBytes text(isolate, component);
    for (char c : text.view()) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '*' || c == '-' || c == '.' || c == '_') {
            out.push_back(c);
        } else if (c == ' ') {
            out.push_back('+');
        } else {
            static const char digits[] = "0123456789ABCDEF";
            auto byte = static_cast<uint8_t>(c);
            out.push_back('%');
            out.push_back(digits[byte >> 4]);
            out.push_back(digits[byte & 15]);
        }
    }
}

// urlencoded_serialize(pairs: string[]): string
void urlencoded_serialize(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::Local<v8::Array> pairs = info[0].As<v8::Array>();
    std::string text;
    for (uint32_t i = 0; i < pairs->Length(); i++) {
        v8::Local<v8::Value> component;
        if (!pairs->Get(context, i).ToLocal(&component)) return;
        if (i > 0) text.push_back(i % 2 == 0 ? '&' : '=');
        encode_component(isolate, component.As<v8::String>(), text);
    }
    v8::Local<v8::String> result;
    if (text.length() <= static_cast<size_t>(v8::String::kMaxLength) &&
        v8::String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(text.data()), v8::NewStringType::kNormal, static_cast<int>(text.length()))
            .ToLocal(&result)) {
        info.GetReturnValue().Set(result);
        return;
    }
    isolate->ThrowException(v8::Exception::RangeError(utf8(isolate, "The text is longer than a string can be.")));
}

const NativeOp table[] = {
    {"urlencoded_parse", urlencoded_parse},
    {"urlencoded_serialize", urlencoded_serialize},
};

}  // namespace

extern const NativeOps urlencoded_ops = {table, std::size(table)};

}  // namespace skep
