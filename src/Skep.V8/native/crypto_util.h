// For the ops of node:crypto, on the OpenSSL that the node executable carries and exports (not on the one that .NET uses).
#pragma once
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>

#include "bytes_view.h"
#include "native_ops.h"

namespace skep {

template <auto Release>
struct Releaser {
    template <class T>
    void operator()(T* pointer) const {
        Release(pointer);
    }
};
template <class T, auto Release>
using Owned = std::unique_ptr<T, Releaser<Release>>;

using PKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using PKeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using BigNumber = Owned<BIGNUM, BN_clear_free>;
using Memory = Owned<BIO, BIO_free_all>;

/// What a parsed key adds to the isolate's memory, roughly.
constexpr int kKeyBytes = 4096;
constexpr size_t kMostKeys = 65536;
/// Nothing longer is computed with: modular exponentiation cannot be stopped.
constexpr int kMostBits = 16384;

struct Key final : NativeState {
    static constexpr int kKind = 1;
    int kind() const override { return kKind; }
    explicit Key(v8::Isolate* isolate, EVP_PKEY* key) : isolate_(isolate), key(key) { isolate_->AdjustAmountOfExternalAllocatedMemory(kKeyBytes); }
    ~Key() override { isolate_->AdjustAmountOfExternalAllocatedMemory(-kKeyBytes); }

private:
    v8::Isolate* isolate_;

public:
    PKey key;
};

using Info = const v8::FunctionCallbackInfo<v8::Value>&;

inline int32_t int_at(Info info, int index, int32_t otherwise = 0) {
    return info[index]->IsInt32() ? info[index].As<v8::Int32>()->Value() : otherwise;
}

inline std::string text_at(Info info, int index) {
    if (!info[index]->IsString()) return {};
    v8::String::Utf8Value text(info.GetIsolate(), info[index]);
    return {*text, static_cast<size_t>(text.length())};
}

inline v8::Local<v8::Value> bytes_value(v8::Isolate* isolate, const void* data, size_t length) {
    v8::Local<v8::ArrayBuffer> buffer;
    if (!v8::ArrayBuffer::MaybeNew(isolate, length).ToLocal(&buffer)) {
        isolate->ThrowException(v8::Exception::RangeError(utf8(isolate, "Array buffer allocation failed")));
        return v8::Undefined(isolate);
    }
    if (length > 0) std::memcpy(buffer->Data(), data, length);
    return v8::Uint8Array::New(buffer, 0, length);
}

inline void return_bytes(Info info, const void* data, size_t length) { info.GetReturnValue().Set(bytes_value(info.GetIsolate(), data, length)); }

/// Throws OpenSSL's latest error as Node.js describes it, or `otherwise`.
inline void throw_openssl(Info info, const char* otherwise) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    unsigned long code = ERR_peek_error();
    char text[256];
    if (code != 0) ERR_error_string_n(code, text, sizeof text);
    v8::Local<v8::Object> error = v8::Exception::Error(utf8(isolate, code == 0 ? otherwise : text)).As<v8::Object>();
    if (code != 0) {
        const char* library = ERR_lib_error_string(code);
        const char* reason = ERR_reason_error_string(code);
        if (library != nullptr) error->Set(context, utf8(isolate, "library"), utf8(isolate, library)).Check();
        if (reason != nullptr) {
            error->Set(context, utf8(isolate, "reason"), utf8(isolate, reason)).Check();
            std::string name = "ERR_OSSL_";
            std::string group = library == nullptr ? "" : library;
            for (const char* each : {"digital envelope routines", "rsa routines", "Provider routines", "DECODER routines", "PEM routines"}) {
                if (group == each) group = each[0] == 'd' ? "EVP_" : each[0] == 'r' ? "RSA_" : "";
            }
            if (group.find(' ') == std::string::npos) name += group;
            for (const char* c = reason; *c != 0; c++) name += *c == ' ' ? '_' : static_cast<char>(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
            error->Set(context, utf8(isolate, "code"), utf8(isolate, name.c_str())).Check();
        }
    }
    ERR_clear_error();
    isolate->ThrowException(error);
}

/// What one operation may give, in bytes; throws beyond it.
inline bool is_too_much(Info info, int64_t length) {
    constexpr int64_t kMost = 64 << 20;
    if (length >= 0 && length <= kMost) return false;
    info.GetIsolate()->ThrowException(v8::Exception::RangeError(utf8(info.GetIsolate(), "Array buffer allocation failed")));
    return true;
}

template <class T>
int32_t keep(Info info, std::unique_ptr<T> state) {
    auto* self = SkepIsolate::of(info.GetIsolate());
    if (self->natives.size() >= kMostKeys) {
        info.GetIsolate()->ThrowError("Too many keys, digests and ciphers are in use.");
        return 0;
    }
    int32_t id = ++self->last_native;
    self->natives[id] = std::move(state);
    return id;
}

/// The state with the number that an argument holds, if it is a `T`.
template <class T>
T* state_at(Info info, int index) {
    if (!info[index]->IsInt32()) return nullptr;
    auto& natives = SkepIsolate::of(info.GetIsolate())->natives;
    auto found = natives.find(info[index].As<v8::Int32>()->Value());
    if (found == natives.end() || found->second->kind() != T::kKind) {
        info.GetIsolate()->ThrowError("No such native object.");
        return nullptr;
    }
    return static_cast<T*>(found->second.get());
}

}  // namespace skep
