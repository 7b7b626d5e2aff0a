// Curves, primes and Diffie-Hellman of node:crypto.
#include <openssl/dh.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#include <algorithm>

#include "crypto_util.h"

namespace skep {
namespace {

using Group = Owned<EC_GROUP, EC_GROUP_free>;
using Point = Owned<EC_POINT, EC_POINT_free>;

BigNumber number_at(Info info, int index) {
    MutableBytes bytes = mutable_bytes_of(info[index]);
    return BigNumber(BN_bin2bn(bytes.data, static_cast<int>(std::min<size_t>(bytes.length, kMostBits / 8)), nullptr));
}

// Computing with longer numbers could not be stopped in time.
bool is_too_long(Info info, std::initializer_list<int> indices) {
    for (int index : indices) {
        if (mutable_bytes_of(info[index]).length <= kMostBits / 8) continue;
        info.GetIsolate()->ThrowException(v8::Exception::RangeError(utf8(info.GetIsolate(), "The number is too long.")));
        return true;
    }
    return false;
}

void return_number(Info info, const BIGNUM* number, int length = 0) {
    length = std::max(length, BN_num_bytes(number));
    std::vector<uint8_t> out(static_cast<size_t>(length));
    BN_bn2binpad(number, out.data(), length);
    return_bytes(info, out.data(), out.size());
}

Group group_at(Info info, int index) {
    int nid = OBJ_sn2nid(text_at(info, index).c_str());
    if (nid == NID_undef) nid = EC_curve_nist2nid(text_at(info, index).c_str());
    ERR_set_mark();
    Group group(nid == NID_undef ? nullptr : EC_GROUP_new_by_curve_name(nid));
    ERR_pop_to_mark();
    return group;
}

void return_point(Info info, const EC_GROUP* group, const EC_POINT* point, int32_t form) {
    uint8_t out[256];
    size_t length = EC_POINT_point2oct(group, point, static_cast<point_conversion_form_t>(form), out, sizeof out, nullptr);
    if (length > 0) return_bytes(info, out, length);
}

// node_curves(): names
void curves(Info info) {
    v8::Isolate* isolate = info.GetIsolate();
    std::vector<EC_builtin_curve> all(EC_get_builtin_curves(nullptr, 0));
    EC_get_builtin_curves(all.data(), all.size());
    std::vector<v8::Local<v8::Value>> names;
    for (const EC_builtin_curve& curve : all) names.push_back(utf8(isolate, OBJ_nid2sn(curve.nid)));
    info.GetReturnValue().Set(v8::Array::New(isolate, names.data(), names.size()));
}

// node_ec_point(curve, point, form): the point in another form; undefined when it is none, null for an unknown curve
void ec_point(Info info) {
    Group group = group_at(info, 0);
    if (group == nullptr) return info.GetReturnValue().SetNull();
    MutableBytes bytes = mutable_bytes_of(info[1]);
    Point point(EC_POINT_new(group.get()));
    if (EC_POINT_oct2point(group.get(), point.get(), bytes.data, bytes.length, nullptr) == 1) return_point(info, group.get(), point.get(), int_at(info, 2, 4));
    ERR_clear_error();
}

// node_ec_public(curve, private, form): the point that belongs to it; undefined when it is out of range, null for an unknown curve
void ec_public(Info info) {
    Group group = group_at(info, 0);
    if (group == nullptr) return info.GetReturnValue().SetNull();
    BigNumber secret = number_at(info, 1);
    if (BN_is_zero(secret.get()) || BN_cmp(secret.get(), EC_GROUP_get0_order(group.get())) >= 0) return;
    Point point(EC_POINT_new(group.get()));
    if (EC_POINT_mul(group.get(), point.get(), secret.get(), nullptr, nullptr, nullptr) == 1) return_point(info, group.get(), point.get(), int_at(info, 2, 4));
}

// node_ec_private(curve): a random private key; null for an unknown curve
void ec_private(Info info) {
    Group group = group_at(info, 0);
    if (group == nullptr) return info.GetReturnValue().SetNull();
    const BIGNUM* order = EC_GROUP_get0_order(group.get());
    BigNumber secret(BN_new());
    do {
        if (BN_priv_rand_range(secret.get(), order) != 1) return throw_openssl(info, "Key generation failed");
    } while (BN_is_zero(secret.get()));
    return_number(info, secret.get(), BN_num_bytes(order));
}

// node_ec_secret(curve, private, point): bytes; undefined when the point is none
void ec_secret(Info info) {
    Group group = group_at(info, 0);
    if (group == nullptr) return;
    BigNumber secret = number_at(info, 1);
    MutableBytes bytes = mutable_bytes_of(info[2]);
    Point point(EC_POINT_new(group.get()));
    Point product(EC_POINT_new(group.get()));
    BigNumber x(BN_new());
    if (EC_POINT_oct2point(group.get(), point.get(), bytes.data, bytes.length, nullptr) == 1 && EC_POINT_is_on_curve(group.get(), point.get(), nullptr) == 1 &&
        EC_POINT_mul(group.get(), product.get(), nullptr, point.get(), secret.get(), nullptr) == 1 &&
        EC_POINT_get_affine_coordinates(group.get(), product.get(), x.get(), nullptr, nullptr) == 1) {
        return_number(info, x.get(), (EC_GROUP_get_degree(group.get()) + 7) / 8);
    }
    ERR_clear_error();
}

// node_power(base, exponent, modulus): bytes as long as the modulus
void power(Info info) {
    if (is_too_long(info, {0, 1, 2})) return;
    BigNumber base = number_at(info, 0);
    BigNumber exponent = number_at(info, 1);
    BigNumber modulus = number_at(info, 2);
    Owned<BN_CTX, BN_CTX_free> context(BN_CTX_new());
    BigNumber result(BN_new());
    if (BN_num_bits(modulus.get()) > kMostBits || BN_mod_exp(result.get(), base.get(), exponent.get(), modulus.get(), context.get()) != 1) {
        return throw_openssl(info, "Invalid prime");
    }
    return_number(info, result.get(), BN_num_bytes(modulus.get()));
}

// node_dh_prime(bits, isOakley): the prime of RFC 2409 or RFC 3526
void dh_prime(Info info) {
    BIGNUM* prime = nullptr;
    switch (int_at(info, 0)) {
        case 768: prime = BN_get_rfc2409_prime_768(nullptr); break;
        case 1024: prime = BN_get_rfc2409_prime_1024(nullptr); break;
        case 1536: prime = BN_get_rfc3526_prime_1536(nullptr); break;
        case 2048: prime = BN_get_rfc3526_prime_2048(nullptr); break;
        case 3072: prime = BN_get_rfc3526_prime_3072(nullptr); break;
        case 4096: prime = BN_get_rfc3526_prime_4096(nullptr); break;
        case 6144: prime = BN_get_rfc3526_prime_6144(nullptr); break;
        case 8192: prime = BN_get_rfc3526_prime_8192(nullptr); break;
        default: return;
    }
    BigNumber owned(prime);
    return_number(info, prime);
}

int may_go_on(int, int, BN_GENCB* progress) {
    return static_cast<v8::Isolate*>(BN_GENCB_get_arg(progress))->IsExecutionTerminating() ? 0 : 1;
}

// node_prime(bits, safe, add | undefined, rem | undefined): bytes
void prime(Info info) {
    if (is_too_long(info, {2, 3})) return;
    Owned<BN_GENCB, BN_GENCB_free> progress(BN_GENCB_new());
    BN_GENCB_set(progress.get(), may_go_on, info.GetIsolate());
    BigNumber add = info[2]->IsUint8Array() ? number_at(info, 2) : nullptr;
    BigNumber rem = info[3]->IsUint8Array() ? number_at(info, 3) : nullptr;
    Owned<BN_CTX, BN_CTX_free> context(BN_CTX_new());
    BigNumber result(BN_new());
    int bits = int_at(info, 0);
    if (bits > kMostBits || BN_generate_prime_ex2(result.get(), bits, info[1]->IsTrue() ? 1 : 0, add.get(), rem.get(), progress.get(), context.get()) != 1) {
        return throw_openssl(info, "Prime generation failed");
    }
    return_number(info, result.get(), (bits + 7) / 8);
}

// node_is_prime(bytes, checks): boolean
void is_prime(Info info) {
    if (is_too_long(info, {0})) return;
    BigNumber number = number_at(info, 0);
    Owned<BN_GENCB, BN_GENCB_free> progress(BN_GENCB_new());
    BN_GENCB_set(progress.get(), may_go_on, info.GetIsolate());
    Owned<BN_CTX, BN_CTX_free> context(BN_CTX_new());
    int checks = int_at(info, 1);
    int result = checks > 0 ? BN_is_prime_ex(number.get(), checks, context.get(), progress.get()) : BN_check_prime(number.get(), context.get(), progress.get());
    ERR_clear_error();
    if (result >= 0) info.GetReturnValue().Set(result == 1);
}

const NativeOp table[] = {
    {"node_curves", curves},       {"node_ec_point", ec_point}, {"node_ec_public", ec_public}, {"node_ec_private", ec_private}, {"node_ec_secret", ec_secret},
    {"node_power", power},         {"node_dh_prime", dh_prime}, {"node_prime", prime},         {"node_is_prime", is_prime},
};

}  // namespace

extern const NativeOps crypto_number_ops = {table, std::size(table)};

}  // namespace skep
