// JavaScript's way to the host: one trampoline for all managed ops, and the ops that are C++ because V8 itself does the work.
#include "native_ops.h"

namespace skep {

SkepCallbacks callbacks{};

namespace {

constexpr int kInlineArguments = 12;
std::vector<std::string> op_names;

void trampoline(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    auto* self = SkepIsolate::of(isolate);
    if (self == nullptr) {
        isolate->ThrowError("An op was called while the snapshot was made.");
        return;
    }
    SkepValue args[kInlineArguments];
    SkepOpFrame frame;
    frame.isolate = self;
    frame.managed = self->managed;
    frame.op = info.Data().As<v8::Int32>()->Value();
    frame.argc = info.Length() < kInlineArguments ? info.Length() : kInlineArguments;
    frame.args = args;
    frame.result.kind = SKEP_UNDEFINED;
    for (int i = 0; i < frame.argc; i++) decode(isolate, info[i], &args[i]);
    callbacks.op(&frame);
    switch (frame.result.kind) {
        case SKEP_UNDEFINED: break;
        case SKEP_NULL: info.GetReturnValue().SetNull(); break;
        case SKEP_BOOL: info.GetReturnValue().Set(frame.result.i32 != 0); break;
        case SKEP_INT32: info.GetReturnValue().Set(frame.result.i32); break;
        case SKEP_DOUBLE: info.GetReturnValue().Set(frame.result.number); break;
        case SKEP_THROW: isolate->ThrowException(from_slot(frame.result.slot)); break;
        default: info.GetReturnValue().Set(from_slot(frame.result.slot)); break;
    }
}

void async_context_get(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Local<v8::Data> data = info.GetIsolate()->GetContinuationPreservedEmbedderDataV2();
    if (data->IsValue()) info.GetReturnValue().Set(data.As<v8::Value>());
}

void async_context_set(const v8::FunctionCallbackInfo<v8::Value>& info) {
    info.GetIsolate()->SetContinuationPreservedEmbedderDataV2(info[0]);
}

void clock_now(const v8::FunctionCallbackInfo<v8::Value>& info) { info.GetReturnValue().Set(frozen_now); }

void is_proxy(const v8::FunctionCallbackInfo<v8::Value>& info) { info.GetReturnValue().Set(info[0]->IsProxy()); }

const NativeOp core_ops[] = {
    {"async_context_get", async_context_get},
    {"async_context_set", async_context_set},
    {"clock_now", clock_now},
    {"is_proxy", is_proxy},
};

std::vector<NativeOps> tables() {
    return {
        {core_ops, std::size(core_ops)},
        buffer_ops,
        crypto_cipher_ops,
        crypto_hash_ops,
        crypto_key_ops,
        crypto_number_ops,
        encoding_ops,
        encoding_index_ops,
        inspect_ops,
        lazy_ops,
        reflect_ops,
        serialize_ops,
        url_ops,
        urlencoded_ops,
        zlib_ops,
    };
}

}  // namespace

void set_op_names(const char* const* names, int32_t count) {
    op_names.clear();
    for (int32_t i = 0; i < count; i++) op_names.emplace_back(names[i]);
}

const intptr_t* external_references() {
    static const std::vector<intptr_t> references = [] {
        std::vector<intptr_t> list{reinterpret_cast<intptr_t>(trampoline)};
        for (const NativeOps& table : tables()) {
            for (size_t i = 0; i < table.count; i++) list.push_back(reinterpret_cast<intptr_t>(table.ops[i].callback));
        }
        list.push_back(lazy_reference);
        list.push_back(reinterpret_cast<intptr_t>(&layer_source));
        list.push_back(0);
        return list;
    }();
    return references.data();
}

v8::Local<v8::Object> create_ops(v8::Isolate* isolate, v8::Local<v8::Context> context) {
    v8::Local<v8::Object> ops = v8::Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0);
    auto add = [&](const char* name, v8::FunctionCallback callback, v8::Local<v8::Value> data) {
        v8::Local<v8::Function> function;
        if (v8::FunctionTemplate::New(isolate, callback, data, {}, 0, v8::ConstructorBehavior::kThrow)
                ->GetFunction(context)
                .ToLocal(&function)) {
            ops->Set(context, utf8(isolate, name), function).Check();
        }
    };
    for (size_t i = 0; i < op_names.size(); i++) add(op_names[i].c_str(), trampoline, v8::Integer::New(isolate, static_cast<int32_t>(i)));
    for (const NativeOps& table : tables()) {
        for (size_t i = 0; i < table.count; i++) add(table.ops[i].name, table.ops[i].callback, {});
    }
    return ops;
}

}  // namespace skep
