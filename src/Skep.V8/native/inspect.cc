// What a value is and holds, for console.log: brands that JavaScript could only learn by calling code of the worker's.
#include "native_ops.h"

namespace skep {
namespace {

// js/console/kinds.ts has the same list.
enum Kind : int32_t {
    kOrdinary,
    kProxy,
    kArray,
    kTypedArray,
    kMap,
    kSet,
    kError,
    kDate,
    kRegExp,
    kPromise,
    kArrayBuffer,
    kDataView,
    kBoxed,
    kWeak,
    kIterator,
    kGenerator,
    kModuleNamespace,
    kArguments,
    kWasmModule,
};

// inspect_kind(object): Kind
void inspect_kind(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Local<v8::Value> value = info[0];
    Kind kind = kOrdinary;
    if (value->IsProxy()) kind = kProxy;
    else if (value->IsArray()) kind = kArray;
    else if (value->IsTypedArray()) kind = kTypedArray;
    else if (value->IsMap()) kind = kMap;
    else if (value->IsSet()) kind = kSet;
    else if (value->IsNativeError()) kind = kError;
    else if (value->IsDate()) kind = kDate;
    else if (value->IsRegExp()) kind = kRegExp;
    else if (value->IsPromise()) kind = kPromise;
    else if (value->IsArrayBuffer() || value->IsSharedArrayBuffer()) kind = kArrayBuffer;
    else if (value->IsDataView()) kind = kDataView;
    else if (value->IsNumberObject() || value->IsStringObject() || value->IsBooleanObject() || value->IsSymbolObject() || value->IsBigIntObject()) kind = kBoxed;
    else if (value->IsWeakMap() || value->IsWeakSet() || value->IsWeakRef()) kind = kWeak;
    else if (value->IsMapIterator() || value->IsSetIterator()) kind = kIterator;
    else if (value->IsGeneratorObject()) kind = kGenerator;
    else if (value->IsModuleNamespaceObject()) kind = kModuleNamespace;
    else if (value->IsArgumentsObject()) kind = kArguments;
    else if (value->IsWasmModuleObject()) kind = kWasmModule;
    info.GetReturnValue().Set(static_cast<int32_t>(kind));
}

// inspect_target(proxy): the object behind it, null when the proxy is revoked
void inspect_target(const v8::FunctionCallbackInfo<v8::Value>& info) { info.GetReturnValue().Set(info[0].As<v8::Proxy>()->GetTarget()); }

// inspect_promise(promise): [0 pending | 1 fulfilled | 2 rejected, result]
void inspect_promise(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::Promise> promise = info[0].As<v8::Promise>();
    v8::Local<v8::Value> parts[] = {v8::Integer::New(isolate, static_cast<int>(promise->State())), v8::Undefined(isolate)};
    if (promise->State() != v8::Promise::kPending) parts[1] = promise->Result();
    info.GetReturnValue().Set(v8::Array::New(isolate, parts, 2));
}

// inspect_entries(collection, most): [isKeyed, …entries], at most `most` items (two for each entry of a map)
void inspect_entries(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    bool keyed = false;
    v8::Local<v8::Array> entries;
    if (!info[0].As<v8::Object>()->PreviewEntries(&keyed).ToLocal(&entries)) return;
    std::vector<v8::Local<v8::Value>> result{v8::Boolean::New(isolate, keyed)};
    uint32_t most = static_cast<uint32_t>(info[1].As<v8::Int32>()->Value());
    for (uint32_t i = 0; i < entries->Length() && i < most; i++) {
        v8::Local<v8::Value> entry;
        if (!entries->Get(context, i).ToLocal(&entry)) return;
        result.push_back(entry);
    }
    info.GetReturnValue().Set(v8::Array::New(isolate, result.data(), result.size()));
}

// inspect_boxed(object): the primitive in it
void inspect_boxed(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Local<v8::Value> value = info[0];
    if (value->IsNumberObject()) info.GetReturnValue().Set(value.As<v8::NumberObject>()->ValueOf());
    else if (value->IsStringObject()) info.GetReturnValue().Set(value.As<v8::StringObject>()->ValueOf());
    else if (value->IsBooleanObject()) info.GetReturnValue().Set(value.As<v8::BooleanObject>()->ValueOf());
    else if (value->IsSymbolObject()) info.GetReturnValue().Set(value.As<v8::SymbolObject>()->ValueOf());
    else if (value->IsBigIntObject()) info.GetReturnValue().Set(value.As<v8::BigIntObject>()->ValueOf());
}

const NativeOp table[] = {
    {"inspect_kind", inspect_kind},       {"inspect_target", inspect_target}, {"inspect_promise", inspect_promise},
    {"inspect_entries", inspect_entries}, {"inspect_boxed", inspect_boxed},
};

}  // namespace

extern const NativeOps inspect_ops = {table, std::size(table)};

}  // namespace skep
