// https://html.spec.whatwg.org/#structuredserializeinternal by V8's serializer. What only JavaScript can tell (which
// objects belong to the platform, what an error looks like) is asked of `hooks`, an object with the functions
//   fail(message)         throws the DataCloneError
//   write(object)         the place of a platform object among those that travel beside the bytes; undefined: an ordinary one
//   module(module)        the same for a WebAssembly.Module
#include <algorithm>
#include <cstdlib>

#include "native_ops.h"

namespace skep {
namespace {

v8::MaybeLocal<v8::Value> call_hook(v8::Isolate* isolate, v8::Local<v8::Object> hooks, const char* name, v8::Local<v8::Value> argument) {
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::Local<v8::Value> hook;
    if (!hooks->Get(context, utf8(isolate, name)).ToLocal(&hook)) return {};
    return hook.As<v8::Function>()->Call(context, v8::Undefined(isolate), 1, &argument);
}

class Writer final : public v8::ValueSerializer::Delegate {
public:
    Writer(v8::Isolate* isolate, v8::Local<v8::Object> hooks)
        : isolate_(isolate), hooks_(hooks), plain_(v8::Object::New(isolate)->GetPrototypeV2()) {}
    v8::ValueSerializer* serializer = nullptr;

    void ThrowDataCloneError(v8::Local<v8::String> message) override { (void)call_hook(isolate_, hooks_, "fail", message); }

    ~Writer() override { allocator_->release(charged_); }

    // One string can be written any number of times: what is written belongs to the memory limit.
    void* ReallocateBufferMemory(void* old, size_t size, size_t* actual) override {
        if (size > charged_ && !allocator_->reserve(size - charged_)) return nullptr;
        charged_ = std::max(charged_, size);
        *actual = size;
        return std::realloc(old, size);
    }

    void FreeBufferMemory(void* buffer) override { std::free(buffer); }

    bool HasCustomHostObject(v8::Isolate*) override { return true; }

    // Asked for every object: those made by a literal are answered here.
    v8::Maybe<bool> IsHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) override {
        v8::Local<v8::Value> prototype = object->GetPrototypeV2();
        if (prototype->StrictEquals(plain_) || prototype->IsNull()) return v8::Just(false);
        v8::Local<v8::Value> number;
        if (!call_hook(isolate, hooks_, "write", object).ToLocal(&number)) return v8::Nothing<bool>();
        if (!number->IsInt32()) return v8::Just(false);
        pending_ = static_cast<uint32_t>(number.As<v8::Int32>()->Value());
        return v8::Just(true);
    }

    // V8 calls it right after IsHostObject said yes.
    v8::Maybe<bool> WriteHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) override {
        if (object->InternalFieldCount() > 0) {
            (void)call_hook(isolate, hooks_, "fail", utf8(isolate, "An object of the host could not be cloned."));
            return v8::Nothing<bool>();
        }
        serializer->WriteUint32(pending_);
        return v8::Just(true);
    }

    v8::Maybe<uint32_t> GetWasmModuleTransferId(v8::Isolate* isolate, v8::Local<v8::WasmModuleObject> module) override {
        v8::Local<v8::Value> number;
        if (!call_hook(isolate, hooks_, "module", module).ToLocal(&number)) return v8::Nothing<uint32_t>();
        if (number->IsInt32()) return v8::Just(static_cast<uint32_t>(number.As<v8::Int32>()->Value()));
        (void)call_hook(isolate, hooks_, "fail", utf8(isolate, "A WebAssembly.Module could not be cloned."));
        return v8::Nothing<uint32_t>();
    }

private:
    v8::Isolate* isolate_;
    v8::Local<v8::Object> hooks_;
    v8::Local<v8::Value> plain_;
    uint32_t pending_ = 0;
    std::shared_ptr<ArrayBufferAllocator> allocator_ = SkepIsolate::of(isolate_)->allocator;
    size_t charged_ = 0;
};

class Reader final : public v8::ValueDeserializer::Delegate {
public:
    explicit Reader(v8::Local<v8::Value> objects) : objects_(objects) {}
    v8::ValueDeserializer* deserializer = nullptr;

    // No JavaScript may run here, hence the array: its elements are read without any.
    v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
        uint32_t number;
        v8::Local<v8::Value> object;
        if (deserializer->ReadUint32(&number) && find(isolate, number).ToLocal(&object) && object->IsObject()) return object.As<v8::Object>();
        isolate->ThrowError("The data holds an object that cannot be made here.");
        return {};
    }

    v8::MaybeLocal<v8::WasmModuleObject> GetWasmModuleFromId(v8::Isolate* isolate, uint32_t number) override {
        v8::Local<v8::Value> module;
        if (find(isolate, number).ToLocal(&module) && module->IsWasmModuleObject()) return module.As<v8::WasmModuleObject>();
        isolate->ThrowError("The data holds a WebAssembly.Module that cannot be made here.");
        return {};
    }

private:
    v8::MaybeLocal<v8::Value> find(v8::Isolate* isolate, uint32_t number) {
        if (!objects_->IsArray() || number >= objects_.As<v8::Array>()->Length()) return {};
        return objects_.As<v8::Array>()->Get(isolate->GetCurrentContext(), number);
    }

    v8::Local<v8::Value> objects_;
};

// serialize(value, transfer: ArrayBuffer[], hooks): Uint8Array
void serialize(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::Local<v8::Array> transfer = info[1].As<v8::Array>();
    Writer writer(isolate, info[2].As<v8::Object>());
    v8::ValueSerializer serializer(isolate, &writer);
    writer.serializer = &serializer;
    for (uint32_t i = 0; i < transfer->Length(); i++) {
        v8::Local<v8::Value> buffer;
        if (!transfer->Get(context, i).ToLocal(&buffer)) return;
        serializer.TransferArrayBuffer(i, buffer.As<v8::ArrayBuffer>());
    }
    serializer.WriteHeader();
    bool written = false;
    if (!serializer.WriteValue(context, info[0]).To(&written) || !written) return;
    std::pair<uint8_t*, size_t> data = serializer.Release();
    v8::Local<v8::ArrayBuffer> buffer;
    if (v8::ArrayBuffer::MaybeNew(isolate, data.second, v8::BackingStoreInitializationMode::kUninitialized).ToLocal(&buffer)) {
        std::memcpy(buffer->Data(), data.first, data.second);
        info.GetReturnValue().Set(v8::Uint8Array::New(buffer, 0, data.second));
    } else {
        isolate->ThrowException(v8::Exception::RangeError(utf8(isolate, "Array buffer allocation failed")));
    }
    std::free(data.first);
}

// deserialize(bytes, transferred: ArrayBuffer[], objects: object[] | undefined): value
void deserialize(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::Local<v8::ArrayBufferView> bytes = info[0].As<v8::ArrayBufferView>();
    v8::Local<v8::Array> transferred = info[1].As<v8::Array>();
    Reader reader(info[2]);
    v8::ValueDeserializer deserializer(isolate, static_cast<const uint8_t*>(bytes->Buffer()->Data()) + bytes->ByteOffset(), bytes->ByteLength(), &reader);
    reader.deserializer = &deserializer;
    for (uint32_t i = 0; i < transferred->Length(); i++) {
        v8::Local<v8::Value> buffer;
        if (!transferred->Get(context, i).ToLocal(&buffer)) return;
        deserializer.TransferArrayBuffer(i, buffer.As<v8::ArrayBuffer>());
    }
    bool header = false;
    v8::Local<v8::Value> value;
    if (!deserializer.ReadHeader(context).To(&header) || !header || !deserializer.ReadValue(context).ToLocal(&value)) return;
    info.GetReturnValue().Set(value);
}

const NativeOp table[] = {
    {"serialize", serialize},
    {"deserialize", deserialize},
};

}  // namespace

extern const NativeOps serialize_ops = {table, std::size(table)};

}  // namespace skep
