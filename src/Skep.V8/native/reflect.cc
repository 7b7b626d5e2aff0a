// What node:util says of values: their engine-level types, properties that are no array items, class names.
#include "native_ops.h"

namespace skep {
namespace {

// js/node/lib/binding/types.ts has the same list.
enum Type : int32_t {
    kNone,
    kExternal,
    kDate,
    kArguments,
    kBigIntObject,
    kBooleanObject,
    kNumberObject,
    kStringObject,
    kSymbolObject,
    kNativeError,
    kRegExp,
    kAsyncFunction,
    kGeneratorFunction,
    kAsyncGeneratorFunction,
    kGeneratorObject,
    kPromise,
    kMap,
    kSet,
    kMapIterator,
    kSetIterator,
    kWeakMap,
    kWeakSet,
    kArrayBuffer,
    kDataView,
    kSharedArrayBuffer,
    kProxy,
    kModuleNamespace,
};

// reflect_type(value): Type
void reflect_type(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Local<v8::Value> value = info[0];
    Type type = kNone;
    if (!value->IsObject()) type = kNone;
    else if (value->IsProxy()) type = kProxy;
    else if (value->IsFunction()) {
        bool async = value->IsAsyncFunction();
        bool generator = value->IsGeneratorFunction();
        type = async ? (generator ? kAsyncGeneratorFunction : kAsyncFunction) : generator ? kGeneratorFunction : kNone;
    } else if (value->IsDate()) type = kDate;
    else if (value->IsArgumentsObject()) type = kArguments;
    else if (value->IsBigIntObject()) type = kBigIntObject;
    else if (value->IsBooleanObject()) type = kBooleanObject;
    else if (value->IsNumberObject()) type = kNumberObject;
    else if (value->IsStringObject()) type = kStringObject;
    else if (value->IsSymbolObject()) type = kSymbolObject;
    else if (value->IsNativeError()) type = kNativeError;
    else if (value->IsRegExp()) type = kRegExp;
    else if (value->IsGeneratorObject()) type = kGeneratorObject;
    else if (value->IsPromise()) type = kPromise;
    else if (value->IsMap()) type = kMap;
    else if (value->IsSet()) type = kSet;
    else if (value->IsMapIterator()) type = kMapIterator;
    else if (value->IsSetIterator()) type = kSetIterator;
    else if (value->IsWeakMap()) type = kWeakMap;
    else if (value->IsWeakSet()) type = kWeakSet;
    else if (value->IsArrayBuffer()) type = kArrayBuffer;
    else if (value->IsDataView()) type = kDataView;
    else if (value->IsSharedArrayBuffer()) type = kSharedArrayBuffer;
    else if (value->IsModuleNamespaceObject()) type = kModuleNamespace;
    else if (value->IsExternal()) type = kExternal;
    info.GetReturnValue().Set(static_cast<int32_t>(type));
}

// reflect_properties(object, onlyEnumerable): own keys that are no array indices, strings and symbols
void reflect_properties(const v8::FunctionCallbackInfo<v8::Value>& info) {
    if (!info[0]->IsObject()) return;
    auto filter = info[1]->IsTrue() ? v8::PropertyFilter::ONLY_ENUMERABLE : v8::PropertyFilter::ALL_PROPERTIES;
    v8::Local<v8::Array> keys;
    if (info[0].As<v8::Object>()
            ->GetPropertyNames(info.GetIsolate()->GetCurrentContext(), v8::KeyCollectionMode::kOwnOnly, filter, v8::IndexFilter::kSkipIndices)
            .ToLocal(&keys)) {
        info.GetReturnValue().Set(keys);
    }
}

// reflect_class(object): the name of the function that made it
void reflect_class(const v8::FunctionCallbackInfo<v8::Value>& info) {
    if (info[0]->IsObject()) info.GetReturnValue().Set(info[0].As<v8::Object>()->GetConstructorName());
}

// reflect_proxy(proxy): [target, handler], undefined for what is no proxy
void reflect_proxy(const v8::FunctionCallbackInfo<v8::Value>& info) {
    if (!info[0]->IsProxy()) return;
    v8::Local<v8::Value> parts[] = {info[0].As<v8::Proxy>()->GetTarget(), info[0].As<v8::Proxy>()->GetHandler()};
    info.GetReturnValue().Set(v8::Array::New(info.GetIsolate(), parts, 2));
}

// reflect_calls(count): [function, script, line, column, …] of the callers, flat
void reflect_calls(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    int count = info[0]->IsInt32() ? info[0].As<v8::Int32>()->Value() : 8;
    v8::Local<v8::StackTrace> trace = v8::StackTrace::CurrentStackTrace(isolate, count < 1 ? 1 : count > 200 ? 200 : count);
    std::vector<v8::Local<v8::Value>> parts;
    auto text = [&](v8::Local<v8::String> value) -> v8::Local<v8::Value> { return value.IsEmpty() ? v8::String::Empty(isolate) : value; };
    for (int i = 0; i < trace->GetFrameCount(); i++) {
        v8::Local<v8::StackFrame> frame = trace->GetFrame(isolate, static_cast<uint32_t>(i));
        parts.push_back(text(frame->GetFunctionName()));
        parts.push_back(text(frame->GetScriptName()));
        parts.push_back(v8::Integer::New(isolate, frame->GetLineNumber()));
        parts.push_back(v8::Integer::New(isolate, frame->GetColumn()));
    }
    info.GetReturnValue().Set(v8::Array::New(isolate, parts.data(), parts.size()));
}

const NativeOp table[] = {
    {"reflect_type", reflect_type},   {"reflect_properties", reflect_properties}, {"reflect_class", reflect_class},
    {"reflect_proxy", reflect_proxy}, {"reflect_calls", reflect_calls},
};

}  // namespace

extern const NativeOps reflect_ops = {table, std::size(table)};

}  // namespace skep
