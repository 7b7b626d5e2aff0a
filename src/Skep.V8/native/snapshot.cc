// The startup snapshot: the web-API layer, evaluated once. What it leaves in `__skepHost` becomes data item 0 of the context.
#include <cstdio>
#include <cstdlib>

#include "isolate.h"
#include "young_buffers.h"

namespace {

bool evaluate(v8::Isolate* isolate, v8::Local<v8::Context> context, const char* source, int64_t length, const char* name,
              v8::Local<v8::Object>* host) {
    v8::Local<v8::String> text;
    v8::MaybeLocal<v8::String> made =
        source == skep::layer_source.data()
            ? v8::String::NewExternalOneByte(isolate, &skep::layer_source)
            : v8::String::NewFromUtf8(isolate, source, v8::NewStringType::kNormal, static_cast<int>(length));
    if (!made.ToLocal(&text)) return false;
    v8::ScriptOrigin origin(skep::utf8(isolate, name));
    v8::ScriptCompiler::Source script_source(text, origin);
    v8::Local<v8::Script> script;
    v8::Local<v8::Value> value;
    if (!v8::ScriptCompiler::Compile(context, &script_source).ToLocal(&script)) return false;
    if (!script->Run(context).ToLocal(&value)) return false;
    isolate->PerformMicrotaskCheckpoint();
    v8::Local<v8::String> key = skep::utf8(isolate, "__skepHost");
    if (!context->Global()->Get(context, key).ToLocal(&value)) return false;
    if (!value->IsObject()) {
        isolate->ThrowError("The layer left no globalThis.__skepHost object.");
        return false;
    }
    *host = value.As<v8::Object>();
    return context->Global()->Delete(context, key).FromMaybe(false);
}

}  // namespace

namespace skep {
LayerSource layer_source;
}

SKEP_API void skep_layer_source(const char* source, int64_t length) { skep::layer_source.set(source, static_cast<size_t>(length)); }

SKEP_API uint8_t* skep_snapshot_create(const char* source, int64_t source_length, const char* name, int64_t* length, char* error,
                                       int32_t error_capacity) {
    auto tasks = std::make_shared<skep::TaskQueue>(nullptr);
    skep::PlatformDelegate delegate(tasks);
    v8::Isolate* isolate = v8::Isolate::Allocate();
    skep::platform->RegisterIsolate(isolate, &delegate);
    v8::StartupData blob{nullptr, 0};
    // Outlives the isolate, whose disposal frees the buffers that the script made.
    std::unique_ptr<v8::ArrayBuffer::Allocator> allocator(v8::ArrayBuffer::Allocator::NewDefaultAllocator());
    {
        v8::Isolate::CreateParams params;
        params.array_buffer_allocator = allocator.get();
        params.external_references = skep::external_references();
        v8::SnapshotCreator creator(isolate, params);
        bool done = false;
        {
            v8::HandleScope handles(isolate);
            isolate->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
            v8::Local<v8::Context> context = skep::make_context(isolate);
            v8::Context::Scope scope(context);
            v8::TryCatch caught(isolate);
            context->Global()->Set(context, skep::utf8(isolate, "__skepOps"), skep::create_ops(isolate, context)).Check();
            v8::Local<v8::Object> host;
            if (evaluate(isolate, context, source, source_length, name, &host)) {
                creator.SetDefaultContext(context);
                creator.AddData(context, host);
                done = true;
            } else {
                v8::Local<v8::Value> stack;
                v8::Local<v8::Value> exception = caught.Exception();
                bool has_stack = caught.StackTrace(context).ToLocal(&stack);
                v8::String::Utf8Value text(isolate, has_stack && !stack->IsUndefined() ? stack : exception);
                v8::Local<v8::Message> message = caught.Message();
                std::snprintf(error, static_cast<size_t>(error_capacity), "%s (line %d, column %d)", *text == nullptr ? "unknown error" : *text,
                              message.IsEmpty() ? 0 : message->GetLineNumber(context).FromMaybe(0),
                              message.IsEmpty() ? 0 : message->GetStartColumn(context).FromMaybe(0));
            }
            if (!done) creator.SetDefaultContext(skep::make_context(isolate));
        }
        blob = creator.CreateBlob(v8::SnapshotCreator::FunctionCodeHandling::kKeep);
        if (!done) {
            delete[] blob.data;
            blob = {nullptr, 0};
        }
        tasks->close();
    }
    skep::platform->DisposeIsolate(isolate);
    if (blob.data == nullptr) return nullptr;
    auto* copy = static_cast<uint8_t*>(std::malloc(static_cast<size_t>(blob.raw_size)));
    std::memcpy(copy, blob.data, static_cast<size_t>(blob.raw_size));
    delete[] blob.data;
    *length = blob.raw_size;
    return copy;
}

SKEP_API int32_t skep_snapshot_valid(const uint8_t* blob, int64_t length) {
    v8::StartupData data{reinterpret_cast<const char*>(blob), static_cast<int>(length)};
    return data.IsValid() ? 1 : 0;
}
