// URLs, by the C API of Ada (https://github.com/ada-url/ada), which the node executable exports.
#include "native_ops.h"
#include "text_bytes.h"

extern "C" {
struct ada_string {
    const char* data;
    size_t length;
};
struct ada_owned_string {
    const char* data;
    size_t length;
};
struct ada_url_components {
    uint32_t protocol_end;
    uint32_t username_end;
    uint32_t host_start;
    uint32_t host_end;
    uint32_t port;
    uint32_t pathname_start;
    uint32_t search_start;
    uint32_t hash_start;
};
typedef void* ada_url;
ada_url ada_parse(const char* input, size_t length);
ada_url ada_parse_with_base(const char* input, size_t input_length, const char* base, size_t base_length);
bool ada_can_parse(const char* input, size_t length);
bool ada_can_parse_with_base(const char* input, size_t input_length, const char* base, size_t base_length);
void ada_free(ada_url url);
bool ada_is_valid(ada_url url);
ada_string ada_get_href(ada_url url);
const ada_url_components* ada_get_components(ada_url url);
bool ada_set_protocol(ada_url url, const char* input, size_t length);
bool ada_set_username(ada_url url, const char* input, size_t length);
bool ada_set_password(ada_url url, const char* input, size_t length);
bool ada_set_host(ada_url url, const char* input, size_t length);
bool ada_set_hostname(ada_url url, const char* input, size_t length);
bool ada_set_port(ada_url url, const char* input, size_t length);
bool ada_set_pathname(ada_url url, const char* input, size_t length);
void ada_set_search(ada_url url, const char* input, size_t length);
void ada_set_hash(ada_url url, const char* input, size_t length);
ada_owned_string ada_idna_to_ascii(const char* input, size_t length);
void ada_free_owned_string(ada_owned_string owned);
}

namespace skep {
namespace {

class Url {
public:
    explicit Url(ada_url url) : url_(url) {}
    ~Url() { ada_free(url_); }
    Url(const Url&) = delete;
    Url& operator=(const Url&) = delete;
    ada_url get() const { return url_; }
    bool valid() const { return ada_is_valid(url_); }

private:
    ada_url url_;
};

// Fills `out` with the components and returns the href: `same` itself when the text is the same.
void return_url(const v8::FunctionCallbackInfo<v8::Value>& info, const Url& url, v8::Local<v8::Value> out, v8::Local<v8::Value> same,
                const TextBytes& same_bytes) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::Uint32Array> array = out.As<v8::Uint32Array>();
    std::memcpy(static_cast<uint8_t*>(array->Buffer()->Data()) + array->ByteOffset(), ada_get_components(url.get()), sizeof(ada_url_components));
    ada_string href = ada_get_href(url.get());
    if (same_bytes.view() == std::string_view(href.data, href.length)) {
        info.GetReturnValue().Set(same);
        return;
    }
    // A serialised URL is ASCII.
    v8::Local<v8::String> text;
    if (v8::String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(href.data), v8::NewStringType::kNormal, static_cast<int>(href.length))
            .ToLocal(&text)) {
        info.GetReturnValue().Set(text);
    }
}

// url_parse(input, base | undefined, out: Uint32Array): href | undefined
void url_parse(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    TextBytes input(isolate, info[0].As<v8::String>());
    if (info[1]->IsUndefined()) {
        Url url(ada_parse(input.data(), input.length()));
        if (url.valid()) return_url(info, url, info[2], info[0], input);
        return;
    }
    TextBytes base(isolate, info[1].As<v8::String>());
    Url url(ada_parse_with_base(input.data(), input.length(), base.data(), base.length()));
    if (url.valid()) return_url(info, url, info[2], info[0], input);
}

// url_can_parse(input, base | undefined): boolean
void url_can_parse(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    TextBytes input(isolate, info[0].As<v8::String>());
    if (info[1]->IsUndefined()) {
        info.GetReturnValue().Set(ada_can_parse(input.data(), input.length()));
        return;
    }
    TextBytes base(isolate, info[1].As<v8::String>());
    info.GetReturnValue().Set(ada_can_parse_with_base(input.data(), input.length(), base.data(), base.length()));
}

// The second argument of url_update; js/url/ops.ts has the same list.
enum class Part : int32_t { kProtocol, kUsername, kPassword, kHost, kHostname, kPort, kPathname, kSearch, kHash };

// url_update(href, part, value, out: Uint32Array): href | undefined (the value was refused)
void url_update(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    TextBytes href(isolate, info[0].As<v8::String>());
    TextBytes value(isolate, info[2].As<v8::String>());
    Url url(ada_parse(href.data(), href.length()));
    if (!url.valid()) return;
    bool accepted = true;
    switch (static_cast<Part>(info[1].As<v8::Int32>()->Value())) {
        case Part::kProtocol: accepted = ada_set_protocol(url.get(), value.data(), value.length()); break;
        case Part::kUsername: accepted = ada_set_username(url.get(), value.data(), value.length()); break;
        case Part::kPassword: accepted = ada_set_password(url.get(), value.data(), value.length()); break;
        case Part::kHost: accepted = ada_set_host(url.get(), value.data(), value.length()); break;
        case Part::kHostname: accepted = ada_set_hostname(url.get(), value.data(), value.length()); break;
        case Part::kPort: accepted = ada_set_port(url.get(), value.data(), value.length()); break;
        case Part::kPathname: accepted = ada_set_pathname(url.get(), value.data(), value.length()); break;
        case Part::kSearch: ada_set_search(url.get(), value.data(), value.length()); break;
        case Part::kHash: ada_set_hash(url.get(), value.data(), value.length()); break;
    }
    if (accepted) return_url(info, url, info[3], info[0], href);
}

// domain_to_ascii(domain): string, empty when it is not a domain
void domain_to_ascii(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    TextBytes domain(isolate, info[0].As<v8::String>());
    ada_owned_string ascii = ada_idna_to_ascii(domain.data(), domain.length());
    info.GetReturnValue().Set(utf8(isolate, ascii.data == nullptr ? "" : ascii.data, static_cast<int>(ascii.length)));
    ada_free_owned_string(ascii);
}

const NativeOp table[] = {
    {"url_parse", url_parse},
    {"url_can_parse", url_can_parse},
    {"url_update", url_update},
    {"domain_to_ascii", domain_to_ascii},
};

}  // namespace

extern const NativeOps url_ops = {table, std::size(table)};

}  // namespace skep
