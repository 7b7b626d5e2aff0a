// Values across the border: small ones by value, strings and bytes copied once, straight to where the caller wants them.
#include "isolate.h"

namespace skep {

v8::Local<v8::String> utf8(v8::Isolate* isolate, const char* text, int length) {
    v8::Local<v8::String> string;
    if (v8::String::NewFromUtf8(isolate, text, v8::NewStringType::kNormal, length).ToLocal(&string)) return string;
    return v8::String::Empty(isolate);
}

void decode(v8::Isolate* isolate, v8::Local<v8::Value> value, SkepValue* out) {
    (void)isolate;
    out->flags = 0;
    out->slot = to_slot(value);
    if (value->IsInt32()) {
        out->kind = SKEP_INT32;
        out->i32 = value.As<v8::Int32>()->Value();
        out->number = out->i32;
    } else if (value->IsString()) {
        v8::Local<v8::String> string = value.As<v8::String>();
        out->kind = SKEP_STRING;
        out->i32 = string->Length();
        out->flags = string->IsOneByte() ? 1 : 0;
    } else if (value->IsUndefined()) {
        out->kind = SKEP_UNDEFINED;
    } else if (value->IsArrayBufferView()) {
        v8::Local<v8::ArrayBufferView> view = value.As<v8::ArrayBufferView>();
        out->kind = SKEP_BYTES;
        out->data = static_cast<uint8_t*>(view->Buffer()->Data()) + view->ByteOffset();
        out->length = static_cast<int64_t>(view->ByteLength());
    } else if (value->IsArrayBuffer()) {
        v8::Local<v8::ArrayBuffer> buffer = value.As<v8::ArrayBuffer>();
        out->kind = SKEP_BYTES;
        out->data = static_cast<uint8_t*>(buffer->Data());
        out->length = static_cast<int64_t>(buffer->ByteLength());
    } else if (value->IsNull()) {
        out->kind = SKEP_NULL;
    } else if (value->IsBoolean()) {
        out->kind = SKEP_BOOL;
        out->i32 = value->IsTrue() ? 1 : 0;
    } else if (value->IsNumber()) {
        out->kind = SKEP_DOUBLE;
        out->number = value.As<v8::Number>()->Value();
    } else if (value->IsArray()) {
        out->kind = SKEP_ARRAY;
        out->i32 = static_cast<int32_t>(value.As<v8::Array>()->Length());
    } else if (value->IsFunction()) {
        out->kind = SKEP_FUNCTION;
    } else if (value->IsPromise()) {
        out->kind = SKEP_PROMISE;
    } else {
        out->kind = value->IsObject() ? SKEP_OBJECT : SKEP_OTHER;
    }
}

v8::Local<v8::Value> encode(v8::Isolate* isolate, const SkepValue& value) {
    switch (value.kind) {
        case SKEP_UNDEFINED: return v8::Undefined(isolate);
        case SKEP_NULL: return v8::Null(isolate);
        case SKEP_BOOL: return v8::Boolean::New(isolate, value.i32 != 0);
        case SKEP_INT32: return v8::Integer::New(isolate, value.i32);
        case SKEP_DOUBLE: return v8::Number::New(isolate, value.number);
        default: return from_slot(value.slot);
    }
}

}  // namespace skep

SKEP_API void skep_decode(SkepIsolate* self, void* slot, SkepValue* value) { skep::decode(self->isolate, skep::from_slot(slot), value); }

SKEP_API int32_t skep_array_decode(SkepIsolate* self, void* slot, SkepValue* values, int32_t capacity) {
    v8::Isolate* isolate = self->isolate;
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::Local<v8::Array> array = skep::from_slot<v8::Array>(slot);
    int32_t count = static_cast<int32_t>(array->Length());
    if (count > capacity) count = capacity;
    for (int32_t i = 0; i < count; i++) {
        v8::Local<v8::Value> item;
        if (!array->Get(context, static_cast<uint32_t>(i)).ToLocal(&item)) return -1;
        skep::decode(isolate, item, &values[i]);
    }
    return count;
}

SKEP_API void* skep_string_new(SkepIsolate* self, const uint8_t* bytes, int32_t length, int32_t utf8) {
    v8::MaybeLocal<v8::String> made =
        utf8 ? v8::String::NewFromUtf8(self->isolate, reinterpret_cast<const char*>(bytes), v8::NewStringType::kNormal, length)
             : v8::String::NewFromOneByte(self->isolate, bytes, v8::NewStringType::kNormal, length);
    v8::Local<v8::String> string;
    return made.ToLocal(&string) ? skep::to_slot(string) : nullptr;
}

SKEP_API void* skep_string_new_utf16(SkepIsolate* self, const char16_t* text, int32_t length) {
    v8::Local<v8::String> string;
    if (!v8::String::NewFromTwoByte(self->isolate, reinterpret_cast<const uint16_t*>(text), v8::NewStringType::kNormal, length).ToLocal(&string)) {
        return nullptr;
    }
    return skep::to_slot(string);
}

SKEP_API int32_t skep_string_write_latin1(SkepIsolate* self, void* slot, uint8_t* buffer, int32_t length) {
    v8::Local<v8::String> string = skep::from_slot<v8::String>(slot);
    if (length > string->Length()) length = string->Length();
    string->WriteOneByteV2(self->isolate, 0, static_cast<uint32_t>(length), buffer);
    return length;
}

SKEP_API int32_t skep_string_write_utf16(SkepIsolate* self, void* slot, char16_t* buffer, int32_t length) {
    v8::Local<v8::String> string = skep::from_slot<v8::String>(slot);
    if (length > string->Length()) length = string->Length();
    string->WriteV2(self->isolate, 0, static_cast<uint32_t>(length), reinterpret_cast<uint16_t*>(buffer));
    return length;
}

SKEP_API int64_t skep_string_utf8_length(SkepIsolate* self, void* slot) {
    return static_cast<int64_t>(skep::from_slot<v8::String>(slot)->Utf8LengthV2(self->isolate));
}

SKEP_API int64_t skep_string_write_utf8(SkepIsolate* self, void* slot, uint8_t* buffer, int64_t capacity) {
    return static_cast<int64_t>(skep::from_slot<v8::String>(slot)->WriteUtf8V2(self->isolate, reinterpret_cast<char*>(buffer),
                                                                               static_cast<size_t>(capacity),
                                                                               v8::String::WriteFlags::kReplaceInvalidUtf8));
}

SKEP_API void* skep_string_array_new(SkepIsolate* self, const uint8_t* blob, const int32_t* lengths, int32_t count) {
    v8::Isolate* isolate = self->isolate;
    std::vector<v8::Local<v8::Value>> items(static_cast<size_t>(count));
    for (int32_t i = 0; i < count; i++) {
        v8::Local<v8::String> item;
        // Internalized: header names and values are compared and used as keys again and again.
        if (!v8::String::NewFromOneByte(isolate, blob, i % 2 == 0 ? v8::NewStringType::kInternalized : v8::NewStringType::kNormal, lengths[i])
                 .ToLocal(&item)) {
            return nullptr;
        }
        blob += lengths[i];
        items[static_cast<size_t>(i)] = item;
    }
    return skep::to_slot(v8::Array::New(isolate, items.data(), items.size()));
}

SKEP_API void* skep_array_new(SkepIsolate* self, const SkepValue* values, int32_t count) {
    std::vector<v8::Local<v8::Value>> items(static_cast<size_t>(count));
    for (int32_t i = 0; i < count; i++) items[static_cast<size_t>(i)] = skep::encode(self->isolate, values[i]);
    return skep::to_slot(v8::Array::New(self->isolate, items.data(), items.size()));
}

SKEP_API void* skep_bytes_new(SkepIsolate* self, int64_t length, int32_t view, uint8_t** data) {
    std::unique_ptr<v8::BackingStore> store = v8::ArrayBuffer::NewBackingStore(
        self->isolate, static_cast<size_t>(length), v8::BackingStoreInitializationMode::kUninitialized,
        v8::BackingStoreOnFailureMode::kReturnNull);
    if (!store) return nullptr;
    *data = static_cast<uint8_t*>(store->Data());
    v8::Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(self->isolate, std::move(store));
    if (!view) return skep::to_slot(buffer);
    return skep::to_slot(v8::Uint8Array::New(buffer, 0, static_cast<size_t>(length)));
}

SKEP_API void* skep_object_new(SkepIsolate* self) {
    return skep::to_slot(v8::Object::New(self->isolate, v8::Null(self->isolate), nullptr, nullptr, 0));
}

SKEP_API int32_t skep_object_set(SkepIsolate* self, void* object, const char* key, const SkepValue* value) {
    v8::Local<v8::Context> context = self->isolate->GetCurrentContext();
    return skep::from_slot<v8::Object>(object)
                   ->CreateDataProperty(context, skep::utf8(self->isolate, key), skep::encode(self->isolate, *value))
                   .FromMaybe(false)
               ? 1
               : 0;
}

SKEP_API void skep_object_get(SkepIsolate* self, void* object, const char* key, SkepResult* result) {
    v8::TryCatch caught(self->isolate);
    v8::Local<v8::Value> value;
    if (skep::from_slot<v8::Object>(object)->Get(self->isolate->GetCurrentContext(), skep::utf8(self->isolate, key)).ToLocal(&value)) {
        skep::finish(self, value, result);
    } else {
        skep::finish(self, caught, result);
    }
}

SKEP_API void* skep_error_new(SkepIsolate* self, int32_t error_class, const uint8_t* message, int32_t length) {
    v8::Local<v8::String> text = skep::utf8(self->isolate, reinterpret_cast<const char*>(message), length);
    switch (error_class) {
        case 1: return skep::to_slot(v8::Exception::TypeError(text));
        case 2: return skep::to_slot(v8::Exception::RangeError(text));
        case 3: return skep::to_slot(v8::Exception::SyntaxError(text));
        case 4: return skep::to_slot(v8::Exception::ReferenceError(text));
        default: return skep::to_slot(v8::Exception::Error(text));
    }
}

SKEP_API void skep_throw(SkepIsolate* self, void* exception) { self->isolate->ThrowException(skep::from_slot(exception)); }

SKEP_API void skep_json_parse(SkepIsolate* self, const uint8_t* text, int64_t length, SkepResult* result) {
    v8::TryCatch caught(self->isolate);
    v8::Local<v8::String> string;
    v8::Local<v8::Value> value;
    if (v8::String::NewFromUtf8(self->isolate, reinterpret_cast<const char*>(text), v8::NewStringType::kNormal, static_cast<int>(length))
            .ToLocal(&string) &&
        v8::JSON::Parse(self->isolate->GetCurrentContext(), string).ToLocal(&value)) {
        skep::finish(self, value, result);
    } else {
        skep::finish(self, caught, result);
    }
}

SKEP_API int32_t skep_handle_new(SkepIsolate* self, void* slot) {
    v8::Local<v8::Value> value = skep::from_slot(slot);
    if (self->free_handles.empty()) {
        self->handles.emplace_back(self->isolate, value);
        return static_cast<int32_t>(self->handles.size() - 1);
    }
    int32_t handle = self->free_handles.back();
    self->free_handles.pop_back();
    self->handles[static_cast<size_t>(handle)].Reset(self->isolate, value);
    return handle;
}

SKEP_API void* skep_handle_get(SkepIsolate* self, int32_t handle) {
    return skep::to_slot(self->handles[static_cast<size_t>(handle)].Get(self->isolate));
}

SKEP_API void skep_handle_free(SkepIsolate* self, int32_t handle) {
    self->handles[static_cast<size_t>(handle)].Reset();
    self->free_handles.push_back(handle);
}

SKEP_API int32_t skep_promise_new(SkepIsolate* self, void** promise) {
    v8::Local<v8::Promise::Resolver> resolver;
    if (!v8::Promise::Resolver::New(self->isolate->GetCurrentContext()).ToLocal(&resolver)) return -1;
    *promise = skep::to_slot(resolver->GetPromise());
    return skep_handle_new(self, skep::to_slot(resolver));
}

SKEP_API void skep_promise_settle(SkepIsolate* self, int32_t handle, const SkepValue* value, int32_t reject) {
    v8::Local<v8::Context> context = self->isolate->GetCurrentContext();
    v8::Local<v8::Promise::Resolver> resolver = skep::from_slot<v8::Promise::Resolver>(skep_handle_get(self, handle));
    v8::Local<v8::Value> with = skep::encode(self->isolate, *value);
    // Nothing comes back when execution is being terminated: then the isolate's requests fail as a whole.
    v8::Maybe<bool> settled = reject ? resolver->Reject(context, with) : resolver->Resolve(context, with);
    (void)settled;
    skep_handle_free(self, handle);
}

SKEP_API int32_t skep_promise_state(SkepIsolate* self, void* slot, SkepValue* value) {
    v8::Local<v8::Promise> promise = skep::from_slot<v8::Promise>(slot);
    switch (promise->State()) {
        case v8::Promise::kPending: return 0;
        case v8::Promise::kFulfilled: skep::decode(self->isolate, promise->Result(), value); return 1;
        default: skep::decode(self->isolate, promise->Result(), value); return 2;
    }
}
