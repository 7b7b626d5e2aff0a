// Ciphers of node:crypto.
#include <openssl/objects.h>

#include "crypto_util.h"

namespace skep {
namespace {

using CipherType = Owned<EVP_CIPHER, EVP_CIPHER_free>;

struct Cipher final : NativeState {
    static constexpr int kKind = 4;
    int kind() const override { return kKind; }
    Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context{EVP_CIPHER_CTX_new()};
    int mode = 0;
    bool encrypts = false;
    int tag_length = -1;
    bool tag_set = false;
    bool failed = false;
};

CipherType cipher_at(Info info, int index) {
    ERR_set_mark();
    CipherType cipher(EVP_CIPHER_fetch(nullptr, text_at(info, index).c_str(), nullptr));
    ERR_pop_to_mark();
    return cipher;
}

const char* mode_name(int mode) {
    switch (mode) {
        case EVP_CIPH_CBC_MODE: return "cbc";
        case EVP_CIPH_CCM_MODE: return "ccm";
        case EVP_CIPH_CFB_MODE: return "cfb";
        case EVP_CIPH_CTR_MODE: return "ctr";
        case EVP_CIPH_ECB_MODE: return "ecb";
        case EVP_CIPH_GCM_MODE: return "gcm";
        case EVP_CIPH_OCB_MODE: return "ocb";
        case EVP_CIPH_OFB_MODE: return "ofb";
        case EVP_CIPH_WRAP_MODE: return "wrap";
        case EVP_CIPH_XTS_MODE: return "xts";
        case EVP_CIPH_STREAM_CIPHER: return "stream";
        default: return "";
    }
}

// node_cipher_info(name): [name, nid, key length, iv length, block size, mode, isAuthenticated] | undefined
void cipher_info(Info info) {
    CipherType cipher = cipher_at(info, 0);
    if (cipher == nullptr) return;
    v8::Isolate* isolate = info.GetIsolate();
    const EVP_CIPHER* type = cipher.get();
    int nid = EVP_CIPHER_get_nid(type);
    const char* name = nid == NID_undef ? EVP_CIPHER_get0_name(type) : OBJ_nid2ln(nid);
    v8::Local<v8::Value> parts[] = {
        utf8(isolate, name == nullptr ? "" : name), v8::Integer::New(isolate, nid), v8::Integer::New(isolate, EVP_CIPHER_get_key_length(type)),
        v8::Integer::New(isolate, EVP_CIPHER_get_iv_length(type)), v8::Integer::New(isolate, EVP_CIPHER_get_block_size(type)),
        utf8(isolate, mode_name(EVP_CIPHER_get_mode(type))), v8::Boolean::New(isolate, (EVP_CIPHER_get_flags(type) & EVP_CIPH_FLAG_AEAD_CIPHER) != 0)};
    info.GetReturnValue().Set(v8::Array::New(isolate, parts, std::size(parts)));
}

// node_cipher_new(name, encrypt, key, iv, tag length or -1): cipher | undefined
void cipher_new(Info info) {
    CipherType type = cipher_at(info, 0);
    if (type == nullptr) return;
    auto cipher = std::make_unique<Cipher>();
    EVP_CIPHER_CTX* context = cipher->context.get();
    cipher->encrypts = info[1]->IsTrue();
    cipher->mode = EVP_CIPHER_get_mode(type.get());
    cipher->tag_length = int_at(info, 4, -1);
    MutableBytes key = mutable_bytes_of(info[2]);
    MutableBytes iv = mutable_bytes_of(info[3]);
    if (cipher->mode == EVP_CIPH_WRAP_MODE) EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    bool aead = (EVP_CIPHER_get_flags(type.get()) & EVP_CIPH_FLAG_AEAD_CIPHER) != 0;
    int encrypt = cipher->encrypts ? 1 : 0;
    bool done = EVP_CipherInit_ex(context, type.get(), nullptr, nullptr, nullptr, encrypt) == 1 &&
                static_cast<int>(key.length) == EVP_CIPHER_CTX_get_key_length(context);
    if (done && aead && iv.length > 0) done = EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(iv.length), nullptr) == 1;
    if (done && cipher->tag_length > 0 && (cipher->mode == EVP_CIPH_CCM_MODE || cipher->mode == EVP_CIPH_OCB_MODE)) {
        done = EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, cipher->tag_length, nullptr) == 1;
    }
    done = done && EVP_CipherInit_ex(context, nullptr, nullptr, key.data, iv.length == 0 ? nullptr : iv.data, encrypt) == 1;
    if (!done) return throw_openssl(info, "Failed to initialize cipher");
    info.GetReturnValue().Set(keep(info, std::move(cipher)));
}

// node_cipher_update(cipher, bytes): bytes
void cipher_update(Info info) {
    auto* cipher = state_at<Cipher>(info, 0);
    if (cipher == nullptr) return;
    MutableBytes data = mutable_bytes_of(info[1]);
    if (data.length > 0x7FFFFF00) {
        info.GetIsolate()->ThrowError("data is too long");
        return;
    }
    EVP_CIPHER_CTX* context = cipher->context.get();
    std::vector<uint8_t> out(data.length + static_cast<size_t>(EVP_CIPHER_CTX_get_block_size(context)) + 16);
    int length = 0;
    int done = EVP_CipherUpdate(context, out.data(), &length, data.data, static_cast<int>(data.length));
    if (cipher->mode == EVP_CIPH_CCM_MODE && !cipher->encrypts && done != 1) {
        // CCM authenticates here; the end tells.
        cipher->failed = true;
        ERR_clear_error();
        return return_bytes(info, nullptr, 0);
    }
    if (done != 1) return throw_openssl(info, "Trying to add data in unsupported state");
    return_bytes(info, out.data(), static_cast<size_t>(length));
}

// node_cipher_finish(cipher): bytes
void cipher_finish(Info info) {
    auto* cipher = state_at<Cipher>(info, 0);
    if (cipher == nullptr) return;
    uint8_t out[EVP_MAX_BLOCK_LENGTH + 16];
    int length = 0;
    if (cipher->mode == EVP_CIPH_CCM_MODE) {
        if (cipher->failed) return throw_openssl(info, "Unsupported state or unable to authenticate data");
        return return_bytes(info, out, 0);
    }
    bool authenticated = (EVP_CIPHER_get_flags(EVP_CIPHER_CTX_get0_cipher(cipher->context.get())) & EVP_CIPH_FLAG_AEAD_CIPHER) != 0;
    if (EVP_CipherFinal_ex(cipher->context.get(), out, &length) != 1) {
        if (authenticated) ERR_clear_error();
        return throw_openssl(info, authenticated ? "Unsupported state or unable to authenticate data" : "Unsupported state");
    }
    return_bytes(info, out, static_cast<size_t>(length));
}

// node_cipher_aad(cipher, bytes, plaintext length or -1): boolean
void cipher_aad(Info info) {
    auto* cipher = state_at<Cipher>(info, 0);
    if (cipher == nullptr) return;
    MutableBytes data = mutable_bytes_of(info[1]);
    int length = 0;
    int plain = int_at(info, 2, -1);
    EVP_CIPHER_CTX* context = cipher->context.get();
    bool done = plain < 0 || cipher->mode != EVP_CIPH_CCM_MODE || EVP_CipherUpdate(context, nullptr, &length, nullptr, plain) == 1;
    done = done && EVP_CipherUpdate(context, nullptr, &length, data.data, static_cast<int>(data.length)) == 1;
    ERR_clear_error();
    info.GetReturnValue().Set(done);
}

// node_cipher_tag(cipher, bytes | length): the tag, or whether it could be set
void cipher_tag(Info info) {
    auto* cipher = state_at<Cipher>(info, 0);
    if (cipher == nullptr) return;
    if (info[1]->IsInt32()) {
        uint8_t tag[16];
        int length = int_at(info, 1);
        if (length < 1 || length > 16 || EVP_CIPHER_CTX_ctrl(cipher->context.get(), EVP_CTRL_AEAD_GET_TAG, length, tag) != 1) {
            ERR_clear_error();
            return;
        }
        return return_bytes(info, tag, static_cast<size_t>(length));
    }
    MutableBytes tag = mutable_bytes_of(info[1]);
    info.GetReturnValue().Set(tag.length > 0 && tag.length <= 16 && EVP_CIPHER_CTX_ctrl(cipher->context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.length), tag.data) == 1);
    ERR_clear_error();
}

// node_cipher_padding(cipher, on)
void cipher_padding(Info info) {
    auto* cipher = state_at<Cipher>(info, 0);
    if (cipher != nullptr) EVP_CIPHER_CTX_set_padding(cipher->context.get(), info[1]->IsTrue() ? 1 : 0);
}

const NativeOp table[] = {
    {"node_cipher_info", cipher_info}, {"node_cipher_new", cipher_new}, {"node_cipher_update", cipher_update}, {"node_cipher_finish", cipher_finish},
    {"node_cipher_aad", cipher_aad},   {"node_cipher_tag", cipher_tag}, {"node_cipher_padding", cipher_padding},
};

}  // namespace

extern const NativeOps crypto_cipher_ops = {table, std::size(table)};

}  // namespace skep
