// Ops in C++: a file that has some exports a table of them, which ops.cc lists in tables(). Errors are thrown with
// isolate->ThrowException/ThrowError and an early return; strings are made by skep::utf8 or v8::String.
#pragma once
#include <string>

#include "isolate.h"

namespace skep {

struct NativeOp {
    const char* name;
    v8::FunctionCallback callback;
};

struct NativeOps {
    const NativeOp* ops;
    size_t count;
};

extern const NativeOps buffer_ops;          // buffer.cc
extern const NativeOps crypto_cipher_ops;   // crypto_cipher.cc
extern const NativeOps crypto_hash_ops;     // crypto_hash.cc
extern const NativeOps crypto_key_ops;      // crypto_keys.cc
extern const NativeOps crypto_number_ops;   // crypto_numbers.cc
extern const NativeOps encoding_ops;        // encoding.cc
extern const NativeOps encoding_index_ops;  // encoding_index.cc
extern const NativeOps inspect_ops;         // inspect.cc
extern const NativeOps lazy_ops;            // lazy.cc
extern const NativeOps reflect_ops;         // reflect.cc
extern const NativeOps serialize_ops;       // serialize.cc
extern const NativeOps url_ops;             // url.cc
extern const NativeOps urlencoded_ops;      // urlencoded.cc
extern const NativeOps zlib_ops;            // zlib.cc

// A callback of V8's that snapshots refer to.
extern const intptr_t lazy_reference;

void set_op_names(const char* const* names, int32_t count);

}  // namespace skep
