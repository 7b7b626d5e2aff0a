// Asymmetric keys of node:crypto: reading and writing them, signing, encrypting, agreeing on secrets.
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>

#include "crypto_util.h"

namespace skep {
namespace {

using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

int give_password(char* buffer, int size, int, void* given) {
    auto* password = static_cast<MutableBytes*>(given);
    if (password->data == nullptr || password->length > static_cast<size_t>(size)) return -1;
    std::memcpy(buffer, password->data, password->length);
    return static_cast<int>(password->length);
}

void return_key(Info info, EVP_PKEY* key) { info.GetReturnValue().Set(keep(info, std::make_unique<Key>(info.GetIsolate(), key))); }

bool has_label(MutableBytes text, const char* label) {
    std::string_view all(reinterpret_cast<const char*>(text.data), text.length);
    return all.find(label) != std::string_view::npos;
}

// node_key_read(isPrivate, bytes, isPem, password | undefined): key; undefined when a password is missing
void key_read(Info info) {
    bool is_private = info[0]->IsTrue();
    MutableBytes data = mutable_bytes_of(info[1]);
    bool pem = info[2]->IsTrue();
    MutableBytes password = mutable_bytes_of(info[3]);
    Memory source(BIO_new_mem_buf(data.data == nullptr ? reinterpret_cast<const uint8_t*>("") : data.data, static_cast<int>(data.length)));
    EVP_PKEY* key = nullptr;
    ERR_clear_error();
    if (is_private) {
        if (pem) {
            if (!info[3]->IsUint8Array() && has_label(data, "ENCRYPTED")) return;
            key = PEM_read_bio_PrivateKey(source.get(), nullptr, give_password, &password);
        } else {
            const uint8_t* at = data.data;
            key = d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(data.length));
            if (key == nullptr && info[3]->IsUint8Array()) {
                ERR_clear_error();
                key = d2i_PKCS8PrivateKey_bio(source.get(), nullptr, give_password, &password);
            }
        }
    } else if (!pem) {
        const uint8_t* at = data.data;
        key = d2i_PUBKEY(nullptr, &at, static_cast<long>(data.length));
        if (key == nullptr) {
            at = data.data;
            key = d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(data.length));
        }
    } else if (has_label(data, "BEGIN CERTIFICATE")) {
        X509* certificate = PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr);
        if (certificate != nullptr) key = X509_get_pubkey(certificate);
        X509_free(certificate);
    } else if (has_label(data, "BEGIN RSA PUBLIC KEY")) {
        uint8_t* der = nullptr;
        long length = 0;
        if (PEM_bytes_read_bio(&der, &length, nullptr, "RSA PUBLIC KEY", source.get(), nullptr, nullptr) == 1) {
            const uint8_t* at = der;
            key = d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, length);
            OPENSSL_free(der);
        }
    } else if (has_label(data, "PRIVATE KEY")) {
        if (!info[3]->IsUint8Array() && has_label(data, "ENCRYPTED")) return;
        key = PEM_read_bio_PrivateKey(source.get(), nullptr, give_password, &password);
    } else {
        key = PEM_read_bio_PUBKEY(source.get(), nullptr, nullptr, nullptr);
    }
    if (key == nullptr) return throw_openssl(info, "Failed to read asymmetric key");
    ERR_clear_error();
    return_key(info, key);
}

// node_key_write(key, "spki" | "pkcs1" | "pkcs8" | "sec1", isPrivate, isPem, cipher | undefined, password | undefined): bytes
void key_write(Info info) {
    auto* key = state_at<Key>(info, 0);
    if (key == nullptr) return;
    std::string type = text_at(info, 1);
    bool is_private = info[2]->IsTrue();
    bool pem = info[3]->IsTrue();
    const EVP_CIPHER* cipher = info[4]->IsString() ? EVP_get_cipherbyname(text_at(info, 4).c_str()) : nullptr;
    if (info[4]->IsString() && cipher == nullptr) {
        info.GetIsolate()->ThrowError("Unknown cipher");
        return;
    }
    MutableBytes password = mutable_bytes_of(info[5]);
    auto* secret = password.data == nullptr ? reinterpret_cast<uint8_t*>(const_cast<char*>("")) : password.data;
    auto length = static_cast<int>(password.length);
    Memory out(BIO_new(BIO_s_mem()));
    EVP_PKEY* native = key->key.get();
    int done = 0;
    if (!is_private) {
        if (type == "pkcs1") {
            uint8_t* der = nullptr;
            int size = i2d_PublicKey(native, &der);
            if (size > 0) done = pem ? PEM_write_bio(out.get(), "RSA PUBLIC KEY", "", der, size) > 0 : BIO_write(out.get(), der, size) == size;
            OPENSSL_free(der);
        } else {
            done = pem ? PEM_write_bio_PUBKEY(out.get(), native) : i2d_PUBKEY_bio(out.get(), native);
        }
    } else if (type == "pkcs8") {
        done = pem ? PEM_write_bio_PKCS8PrivateKey(out.get(), native, cipher, cipher == nullptr ? nullptr : reinterpret_cast<char*>(secret), length, nullptr, nullptr)
                   : i2d_PKCS8PrivateKey_bio(out.get(), native, cipher, cipher == nullptr ? nullptr : reinterpret_cast<char*>(secret), length, nullptr, nullptr);
    } else if (pem) {
        done = PEM_write_bio_PrivateKey_traditional(out.get(), native, cipher, cipher == nullptr ? nullptr : secret, length, nullptr, nullptr);
    } else {
        done = i2d_PrivateKey_bio(out.get(), native);
    }
    if (done != 1) return throw_openssl(info, "Failed to encode key");
    char* text = nullptr;
    long size = BIO_get_mem_data(out.get(), &text);
    return_bytes(info, text, static_cast<size_t>(size));
}

// node_key_info(key): [type, bits, curve or digest name, exponent…] as text
void key_info(Info info) {
    auto* key = state_at<Key>(info, 0);
    if (key == nullptr) return;
    v8::Isolate* isolate = info.GetIsolate();
    EVP_PKEY* native = key->key.get();
    const char* type = EVP_PKEY_get0_type_name(native);
    char group[80] = "";
    size_t length = 0;
    EVP_PKEY_get_utf8_string_param(native, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &length);
    v8::Local<v8::Value> parts[] = {utf8(isolate, type == nullptr ? "" : type), v8::Integer::New(isolate, EVP_PKEY_get_bits(native)), utf8(isolate, group)};
    ERR_clear_error();
    info.GetReturnValue().Set(v8::Array::New(isolate, parts, std::size(parts)));
}

// node_key_number(key, name, length): a big number of the key's, big-endian; undefined when it has none
void key_number(Info info) {
    auto* key = state_at<Key>(info, 0);
    if (key == nullptr) return;
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key->key.get(), text_at(info, 1).c_str(), &number) != 1) {
        ERR_clear_error();
        return;
    }
    BigNumber owned(number);
    int length = std::max(int_at(info, 2), BN_num_bytes(number));
    std::vector<uint8_t> out(static_cast<size_t>(length));
    BN_bn2binpad(number, out.data(), length);
    return_bytes(info, out.data(), out.size());
}

// node_key_raw(key, isPrivate): the bytes of a key that is only bytes; undefined for others
void key_raw(Info info) {
    auto* key = state_at<Key>(info, 0);
    if (key == nullptr) return;
    uint8_t out[256];
    size_t length = sizeof out;
    int done = info[1]->IsTrue() ? EVP_PKEY_get_raw_private_key(key->key.get(), out, &length) : EVP_PKEY_get_raw_public_key(key->key.get(), out, &length);
    if (done == 1) return return_bytes(info, out, length);
    ERR_clear_error();
}

// node_key_from_raw(type, bytes, isPrivate): key
void key_from_raw(Info info) {
    MutableBytes data = mutable_bytes_of(info[1]);
    EVP_PKEY* key = info[2]->IsTrue() ? EVP_PKEY_new_raw_private_key_ex(nullptr, text_at(info, 0).c_str(), nullptr, data.data, data.length)
                                      : EVP_PKEY_new_raw_public_key_ex(nullptr, text_at(info, 0).c_str(), nullptr, data.data, data.length);
    if (key == nullptr) return throw_openssl(info, "Invalid key");
    return_key(info, key);
}

// node_key_equal(a, b): boolean
void key_equal(Info info) {
    auto* a = state_at<Key>(info, 0);
    auto* b = a == nullptr ? nullptr : state_at<Key>(info, 1);
    if (b != nullptr) info.GetReturnValue().Set(EVP_PKEY_eq(a->key.get(), b->key.get()) == 1);
    ERR_clear_error();
}

thread_local v8::Isolate* generating;
int may_go_on(EVP_PKEY_CTX*) { return generating->IsExecutionTerminating() ? 0 : 1; }

// node_key_generate(type, bits | curve | undefined, exponent | undefined): key
void key_generate(Info info) {
    std::string type = text_at(info, 0);
    PKeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type.c_str(), nullptr));
    EVP_PKEY* key = nullptr;
    bool ready = context != nullptr && EVP_PKEY_keygen_init(context.get()) == 1;
    if (ready && info[1]->IsInt32()) {
        int bits = int_at(info, 1);
        BigNumber exponent(BN_new());
        BN_set_word(exponent.get(), static_cast<BN_ULONG>(int_at(info, 2, 65537)));
        ready = bits <= kMostBits && EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), bits) == 1 &&
                EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context.get(), exponent.get()) == 1;
    } else if (ready && info[1]->IsString()) {
        ready = EVP_PKEY_CTX_set_group_name(context.get(), text_at(info, 1).c_str()) == 1;
    }
    generating = info.GetIsolate();
    if (ready) EVP_PKEY_CTX_set_cb(context.get(), may_go_on);
    if (!ready || EVP_PKEY_generate(context.get(), &key) != 1) return throw_openssl(info, "Key generation failed");
    return_key(info, key);
}

bool configure(Info info, EVP_PKEY_CTX* context, EVP_PKEY* key, int at) {
    if (!EVP_PKEY_is_a(key, "RSA") && !EVP_PKEY_is_a(key, "RSA-PSS")) return true;
    if (info[at]->IsInt32() && EVP_PKEY_CTX_set_rsa_padding(context, int_at(info, at)) != 1) return false;
    int padding = 0;
    EVP_PKEY_CTX_get_rsa_padding(context, &padding);
    return padding != RSA_PKCS1_PSS_PADDING || !info[at + 1]->IsInt32() || EVP_PKEY_CTX_set_rsa_pss_saltlen(context, int_at(info, at + 1)) == 1;
}

// node_sign(key, digest | undefined, bytes, padding | undefined, salt length | undefined): bytes
void sign(Info info) {
    auto* key = state_at<Key>(info, 0);
    if (key == nullptr) return;
    std::string digest = text_at(info, 1);
    MutableBytes data = mutable_bytes_of(info[2]);
    DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;
    size_t length = 0;
    const uint8_t* bytes = data.length == 0 ? reinterpret_cast<const uint8_t*>("") : data.data;
    ERR_clear_error();
    if (EVP_DigestSignInit_ex(context.get(), &parameters, digest.empty() ? nullptr : digest.c_str(), nullptr, nullptr, key->key.get(), nullptr) != 1 ||
        !configure(info, parameters, key->key.get(), 3) || EVP_DigestSign(context.get(), nullptr, &length, bytes, data.length) != 1) {
        return throw_openssl(info, "Signing failed");
    }
    std::vector<uint8_t> out(length);
    if (EVP_DigestSign(context.get(), out.data(), &length, bytes, data.length) != 1) return throw_openssl(info, "Signing failed");
    return_bytes(info, out.data(), length);
}

// node_verify(key, digest | undefined, bytes, padding | undefined, salt length | undefined, signature): boolean
void verify(Info info) {
    auto* key = state_at<Key>(info, 0);
    if (key == nullptr) return;
    std::string digest = text_at(info, 1);
    MutableBytes data = mutable_bytes_of(info[2]);
    MutableBytes signature = mutable_bytes_of(info[5]);
    DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;
    const uint8_t* bytes = data.length == 0 ? reinterpret_cast<const uint8_t*>("") : data.data;
    ERR_clear_error();
    if (EVP_DigestVerifyInit_ex(context.get(), &parameters, digest.empty() ? nullptr : digest.c_str(), nullptr, nullptr, key->key.get(), nullptr) != 1 ||
        !configure(info, parameters, key->key.get(), 3)) {
        return throw_openssl(info, "Verification failed");
    }
    info.GetReturnValue().Set(EVP_DigestVerify(context.get(), signature.data, signature.length, bytes, data.length) == 1);
    ERR_clear_error();
}

// node_rsa(0 encrypt | 1 decrypt | 2 sign as is | 3 recover, key, bytes, padding, OAEP digest | undefined, label | undefined): bytes
void rsa(Info info) {
    int operation = int_at(info, 0);
    auto* key = state_at<Key>(info, 1);
    if (key == nullptr) return;
    MutableBytes data = mutable_bytes_of(info[2]);
    MutableBytes label = mutable_bytes_of(info[5]);
    PKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key->key.get(), nullptr));
    ERR_clear_error();
    using Start = int (*)(EVP_PKEY_CTX*);
    using Step = int (*)(EVP_PKEY_CTX*, unsigned char*, size_t*, const unsigned char*, size_t);
    constexpr Start starts[] = {EVP_PKEY_encrypt_init, EVP_PKEY_decrypt_init, EVP_PKEY_sign_init, EVP_PKEY_verify_recover_init};
    constexpr Step steps[] = {EVP_PKEY_encrypt, EVP_PKEY_decrypt, EVP_PKEY_sign, EVP_PKEY_verify_recover};
    if (operation < 0 || operation > 3) return;
    int padding = int_at(info, 3, operation < 2 ? RSA_PKCS1_OAEP_PADDING : RSA_PKCS1_PADDING);
    bool ready = context != nullptr && starts[operation](context.get()) == 1 && EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) == 1;
    if (ready && padding == RSA_PKCS1_OAEP_PADDING) {
        std::string digest = info[4]->IsString() ? text_at(info, 4) : "SHA1";
        ready = EVP_PKEY_CTX_set_rsa_oaep_md_name(context.get(), digest.c_str(), nullptr) == 1;
        if (ready && label.length > 0) {
            void* copy = OPENSSL_memdup(label.data, label.length);
            ready = EVP_PKEY_CTX_set0_rsa_oaep_label(context.get(), copy, static_cast<int>(label.length)) == 1;
            if (!ready) OPENSSL_free(copy);
        }
    }
    size_t length = 0;
    if (!ready || steps[operation](context.get(), nullptr, &length, data.data, data.length) != 1) return throw_openssl(info, "RSA operation failed");
    std::vector<uint8_t> out(length);
    if (steps[operation](context.get(), out.data(), &length, data.data, data.length) != 1) return throw_openssl(info, "RSA operation failed");
    return_bytes(info, out.data(), length);
}

// node_derive(private key, public key): bytes
void derive(Info info) {
    auto* own = state_at<Key>(info, 0);
    auto* peer = own == nullptr ? nullptr : state_at<Key>(info, 1);
    if (peer == nullptr) return;
    PKeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own->key.get(), nullptr));
    size_t length = 0;
    ERR_clear_error();
    if (context == nullptr || EVP_PKEY_derive_init(context.get()) != 1 || EVP_PKEY_derive_set_peer(context.get(), peer->key.get()) != 1 ||
        EVP_PKEY_derive(context.get(), nullptr, &length) != 1) {
        return throw_openssl(info, "diffieHellman failed");
    }
    std::vector<uint8_t> out(length);
    if (EVP_PKEY_derive(context.get(), out.data(), &length) != 1) return throw_openssl(info, "diffieHellman failed");
    return_bytes(info, out.data(), length);
}

const NativeOp table[] = {
    {"node_key_read", key_read},     {"node_key_write", key_write}, {"node_key_info", key_info},         {"node_key_number", key_number},
    {"node_key_raw", key_raw},       {"node_key_from_raw", key_from_raw}, {"node_key_equal", key_equal}, {"node_key_generate", key_generate},
    {"node_sign", sign},             {"node_verify", verify},       {"node_rsa", rsa},                   {"node_derive", derive},
};

}  // namespace

extern const NativeOps crypto_key_ops = {table, std::size(table)};

}  // namespace skep
