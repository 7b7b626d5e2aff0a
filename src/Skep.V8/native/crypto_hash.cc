// Digests, MACs, key derivation and ciphers of node:crypto.
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>

#include "crypto_util.h"

namespace skep {
namespace {

using Digest = Owned<EVP_MD, EVP_MD_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

// A repeated derivation looks up this often whether its worker was stopped.
constexpr uint32_t kRounds = 1024;

struct Hash final : NativeState {
    static constexpr int kKind = 2;
    int kind() const override { return kKind; }
    DigestContext context{EVP_MD_CTX_new()};
};

struct Mac final : NativeState {
    static constexpr int kKind = 3;
    int kind() const override { return kKind; }
    Owned<HMAC_CTX, HMAC_CTX_free> context{HMAC_CTX_new()};
};

Digest digest_at(Info info, int index) {
    ERR_set_mark();
    Digest digest(EVP_MD_fetch(nullptr, text_at(info, index).c_str(), nullptr));
    ERR_pop_to_mark();
    return digest;
}

bool is_xof(const EVP_MD* digest) { return (EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF) != 0; }

// The digest's bytes; `length` of -1 is its own.
bool finish(Info info, EVP_MD_CTX* context, int32_t length) {
    const EVP_MD* digest = EVP_MD_CTX_get0_md(context);
    int own = EVP_MD_get_size(digest);
    // SHAKE has no length of its own since OpenSSL 3.4.
    if (own <= 0) own = EVP_MD_is_a(digest, "SHAKE256") ? 32 : 16;
    size_t wanted = length < 0 ? static_cast<size_t>(own) : static_cast<size_t>(length);
    if (is_too_much(info, static_cast<int64_t>(wanted))) return false;
    std::vector<uint8_t> out(std::max<size_t>(wanted, EVP_MAX_MD_SIZE));
    bool done = true;
    if (is_xof(digest)) {
        if (wanted > 0) done = EVP_DigestFinalXOF(context, out.data(), wanted) == 1;
    } else {
        unsigned written = 0;
        done = EVP_DigestFinal_ex(context, out.data(), &written) == 1 && written == wanted;
    }
    if (!done) {
        throw_openssl(info, "Unsupported state or unable to digest");
        return false;
    }
    return_bytes(info, out.data(), wanted);
    return true;
}

// node_digest_info(name): [length, isXof] | undefined
void digest_info(Info info) {
    Digest digest = digest_at(info, 0);
    if (digest == nullptr) return;
    v8::Isolate* isolate = info.GetIsolate();
    int size = EVP_MD_get_size(digest.get());
    v8::Local<v8::Value> parts[] = {v8::Integer::New(isolate, size < 0 ? 0 : size), v8::Boolean::New(isolate, is_xof(digest.get()))};
    info.GetReturnValue().Set(v8::Array::New(isolate, parts, 2));
}

// node_digest(name, bytes, length): bytes | undefined
void digest_once(Info info) {
    Digest digest = digest_at(info, 0);
    if (digest == nullptr) return;
    MutableBytes data = mutable_bytes_of(info[1]);
    DigestContext context(EVP_MD_CTX_new());
    if (EVP_DigestInit_ex2(context.get(), digest.get(), nullptr) != 1 || EVP_DigestUpdate(context.get(), data.data, data.length) != 1) {
        throw_openssl(info, "Digest method not supported");
        return;
    }
    finish(info, context.get(), int_at(info, 2, -1));
}

// node_hash_new(name): hash | undefined
void hash_new(Info info) {
    Digest digest = digest_at(info, 0);
    auto hash = std::make_unique<Hash>();
    if (digest == nullptr || EVP_DigestInit_ex2(hash->context.get(), digest.get(), nullptr) != 1) {
        ERR_clear_error();
        return;
    }
    info.GetReturnValue().Set(keep(info, std::move(hash)));
}

// node_hash_update(hash, bytes)
void hash_update(Info info) {
    auto* hash = state_at<Hash>(info, 0);
    MutableBytes data = mutable_bytes_of(info[1]);
    if (hash != nullptr && data.length > 0) EVP_DigestUpdate(hash->context.get(), data.data, data.length);
}

// node_hash_copy(hash): hash
void hash_copy(Info info) {
    auto* hash = state_at<Hash>(info, 0);
    if (hash == nullptr) return;
    auto copy = std::make_unique<Hash>();
    EVP_MD_CTX_copy_ex(copy->context.get(), hash->context.get());
    info.GetReturnValue().Set(keep(info, std::move(copy)));
}

// node_hash_finish(hash, length): bytes
void hash_finish(Info info) {
    auto* hash = state_at<Hash>(info, 0);
    if (hash != nullptr) finish(info, hash->context.get(), int_at(info, 1, -1));
}

// node_hmac_new(name, key): mac | undefined
void hmac_new(Info info) {
    Digest digest = digest_at(info, 0);
    if (digest == nullptr) return;
    MutableBytes key = mutable_bytes_of(info[1]);
    auto mac = std::make_unique<Mac>();
    if (HMAC_Init_ex(mac->context.get(), key.data == nullptr ? reinterpret_cast<const uint8_t*>("") : key.data, static_cast<int>(key.length), digest.get(), nullptr) != 1) {
        throw_openssl(info, "Invalid digest");
        return;
    }
    info.GetReturnValue().Set(keep(info, std::move(mac)));
}

// node_hmac_update(mac, bytes)
void hmac_update(Info info) {
    auto* mac = state_at<Mac>(info, 0);
    MutableBytes data = mutable_bytes_of(info[1]);
    if (mac != nullptr && data.length > 0) HMAC_Update(mac->context.get(), data.data, data.length);
}

// node_hmac_finish(mac): bytes
void hmac_finish(Info info) {
    auto* mac = state_at<Mac>(info, 0);
    if (mac == nullptr) return;
    uint8_t out[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (HMAC_Final(mac->context.get(), out, &length) == 1) return_bytes(info, out, length);
}

// node_pbkdf2(digest, password, salt, iterations, length): bytes | undefined
void pbkdf2(Info info) {
    Digest digest = digest_at(info, 0);
    if (digest == nullptr) return;
    MutableBytes password = mutable_bytes_of(info[1]);
    MutableBytes salt = mutable_bytes_of(info[2]);
    auto iterations = static_cast<uint32_t>(int_at(info, 3, 1));
    if (is_too_much(info, int_at(info, 4))) return;
    std::vector<uint8_t> out(static_cast<size_t>(int_at(info, 4)));
    Owned<HMAC_CTX, HMAC_CTX_free> keyed(HMAC_CTX_new());
    Owned<HMAC_CTX, HMAC_CTX_free> running(HMAC_CTX_new());
    const void* key = password.length == 0 ? static_cast<const void*>("") : password.data;
    if (HMAC_Init_ex(keyed.get(), key, static_cast<int>(password.length), digest.get(), nullptr) != 1) return throw_openssl(info, "PBKDF2 failed");
    // RFC 8018, 5.2, by hand: OpenSSL's own cannot be stopped.
    uint8_t block[EVP_MAX_MD_SIZE];
    uint8_t sum[EVP_MAX_MD_SIZE];
    uint32_t number = 0;
    uint32_t rounds = 0;
    for (size_t at = 0; at < out.size();) {
        number++;
        uint8_t suffix[] = {static_cast<uint8_t>(number >> 24), static_cast<uint8_t>(number >> 16), static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
        unsigned length = 0;
        HMAC_CTX_copy(running.get(), keyed.get());
        HMAC_Update(running.get(), salt.data, salt.length);
        HMAC_Update(running.get(), suffix, sizeof suffix);
        HMAC_Final(running.get(), block, &length);
        std::memcpy(sum, block, length);
        for (uint32_t i = 1; i < iterations; i++) {
            if (++rounds % kRounds == 0 && info.GetIsolate()->IsExecutionTerminating()) return;
            HMAC_CTX_copy(running.get(), keyed.get());
            HMAC_Update(running.get(), block, length);
            HMAC_Final(running.get(), block, &length);
            for (unsigned j = 0; j < length; j++) sum[j] ^= block[j];
        }
        size_t count = std::min<size_t>(length, out.size() - at);
        std::memcpy(out.data() + at, sum, count);
        at += count;
    }
    return_bytes(info, out.data(), out.size());
}

// node_scrypt(password, salt, N, r, p, most memory, length): bytes; undefined when the cost is too high
void scrypt(Info info) {
    MutableBytes password = mutable_bytes_of(info[0]);
    MutableBytes salt = mutable_bytes_of(info[1]);
    auto number = [&](int index) { return info[index]->IsNumber() ? info[index].As<v8::Number>()->Value() : 0; };
    constexpr double kMostCost = 1 << 22;
    constexpr double kMostMemory = 256 << 20;
    if (is_too_much(info, int_at(info, 6))) return;
    std::vector<uint8_t> out(static_cast<size_t>(int_at(info, 6)));
    if (number(2) * number(3) * number(4) > kMostCost || 128 * number(2) * number(3) > kMostMemory) return;
    if (EVP_PBE_scrypt(password.length == 0 ? "" : reinterpret_cast<const char*>(password.data), password.length, salt.data, salt.length,
                       static_cast<uint64_t>(number(2)), static_cast<uint64_t>(number(3)), static_cast<uint64_t>(number(4)),
                       static_cast<uint64_t>(std::min(number(5), kMostMemory)), out.empty() ? nullptr : out.data(), out.size()) != 1) {
        ERR_clear_error();
        return;
    }
    return_bytes(info, out.data(), out.size());
}

// node_hkdf(digest, key, salt, info, length): bytes | undefined
void hkdf(Info info) {
    Digest digest = digest_at(info, 0);
    if (digest == nullptr) return;
    MutableBytes key = mutable_bytes_of(info[1]);
    MutableBytes salt = mutable_bytes_of(info[2]);
    MutableBytes context = mutable_bytes_of(info[3]);
    if (is_too_much(info, int_at(info, 4))) return;
    std::vector<uint8_t> out(static_cast<size_t>(int_at(info, 4)));
    auto size = static_cast<size_t>(EVP_MD_get_size(digest.get()));
    std::vector<uint8_t> zeros(size);
    uint8_t secret[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    const void* salt_data = salt.length == 0 ? zeros.data() : salt.data;
    HMAC(digest.get(), salt_data, static_cast<int>(salt.length == 0 ? size : salt.length), key.data == nullptr ? zeros.data() : key.data, key.length, secret, &length);
    uint8_t block[EVP_MAX_MD_SIZE];
    uint8_t number = 0;
    for (size_t at = 0; at < out.size();) {
        Owned<HMAC_CTX, HMAC_CTX_free> mac(HMAC_CTX_new());
        HMAC_Init_ex(mac.get(), secret, static_cast<int>(length), digest.get(), nullptr);
        if (number > 0) HMAC_Update(mac.get(), block, size);
        number++;
        HMAC_Update(mac.get(), context.data, context.length);
        HMAC_Update(mac.get(), &number, 1);
        HMAC_Final(mac.get(), block, &length);
        size_t count = std::min(size, out.size() - at);
        std::memcpy(out.data() + at, block, count);
        at += count;
    }
    return_bytes(info, out.data(), out.size());
}

// node_native_close(state)
void native_close(Info info) {
    if (info[0]->IsInt32()) SkepIsolate::of(info.GetIsolate())->natives.erase(info[0].As<v8::Int32>()->Value());
}

const NativeOp table[] = {
    {"node_digest_info", digest_info}, {"node_digest", digest_once},   {"node_hash_new", hash_new},       {"node_hash_update", hash_update},
    {"node_hash_copy", hash_copy},     {"node_hash_finish", hash_finish}, {"node_hmac_new", hmac_new},    {"node_hmac_update", hmac_update},
    {"node_hmac_finish", hmac_finish}, {"node_pbkdf2", pbkdf2},        {"node_scrypt", scrypt},           {"node_hkdf", hkdf},
    {"node_native_close", native_close},
};

}  // namespace

extern const NativeOps crypto_hash_ops = {table, std::size(table)};

}  // namespace skep
