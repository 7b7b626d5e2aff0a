// Running JavaScript: calls, scripts, microtasks, and what came of them.
#include <cstdio>

#include "isolate.h"
#include "young_buffers.h"

namespace skep {

static void counters(SkepIsolate* self, SkepResult* result) {
    result->rejections = self->rejections.count();
    result->tasks = self->tasks->waiting();
    result->condemned = self->condemned.load(std::memory_order_relaxed) ? 1 : 0;
}

void finish(SkepIsolate* self, v8::TryCatch& caught, SkepResult* result) {
    if (caught.HasTerminated() || self->isolate->IsExecutionTerminating()) {
        result->status = SKEP_TERMINATED;
        result->value.kind = SKEP_UNDEFINED;
    } else {
        result->status = SKEP_EXCEPTION;
        v8::Local<v8::Value> exception = caught.Exception();
        if (exception.IsEmpty()) exception = v8::Undefined(self->isolate);
        decode(self->isolate, exception, &result->value);
    }
    counters(self, result);
}

void finish(SkepIsolate* self, v8::Local<v8::Value> value, SkepResult* result) {
    result->status = SKEP_OK;
    decode(self->isolate, value, &result->value);
    counters(self, result);
}

static void call(SkepIsolate* self, v8::Local<v8::Function> function, v8::Local<v8::Value> receiver, const SkepValue* args, int32_t argc,
                 int32_t microtasks, SkepResult* result) {
    constexpr int32_t kMost = 16;
    v8::Isolate* isolate = self->isolate;
    v8::Local<v8::Value> values[kMost];
    for (int32_t i = 0; i < argc && i < kMost; i++) values[i] = encode(isolate, args[i]);
    v8::TryCatch caught(isolate);
    v8::Local<v8::Value> value;
    bool returned = function->Call(isolate->GetCurrentContext(), receiver, argc < kMost ? argc : kMost, values).ToLocal(&value);
    if (returned || !caught.HasTerminated()) {
        if (microtasks) isolate->PerformMicrotaskCheckpoint();
        if (isolate->IsExecutionTerminating()) returned = false;
    }
    if (returned) {
        finish(self, value, result);
    } else {
        finish(self, caught, result);
    }
}

static v8::MaybeLocal<v8::Script> compile(v8::Local<v8::Context> context, v8::ScriptCompiler::Source* source, bool has_cache) {
    SteadyFlags steady;
    return v8::ScriptCompiler::Compile(context, source, has_cache ? v8::ScriptCompiler::kConsumeCodeCache : v8::ScriptCompiler::kNoCompileOptions);
}

}  // namespace skep

SKEP_API void skep_call_host(SkepIsolate* self, int32_t function, const SkepValue* args, int32_t argc, int32_t microtasks,
                             SkepResult* result) {
    skep::call(self, self->host_functions[static_cast<size_t>(function)].Get(self->isolate), v8::Undefined(self->isolate), args, argc,
               microtasks, result);
}

SKEP_API void skep_call(SkepIsolate* self, void* function, void* receiver, const SkepValue* args, int32_t argc, int32_t microtasks,
                        SkepResult* result) {
    v8::Local<v8::Value> that = v8::Undefined(self->isolate);
    if (receiver != nullptr) that = skep::from_slot(receiver);
    skep::call(self, skep::from_slot<v8::Function>(function), that, args, argc, microtasks, result);
}

SKEP_API void skep_microtasks(SkepIsolate* self, SkepResult* result) {
    v8::TryCatch caught(self->isolate);
    self->isolate->PerformMicrotaskCheckpoint();
    if (caught.HasTerminated() || self->isolate->IsExecutionTerminating()) {
        skep::finish(self, caught, result);
    } else {
        skep::finish(self, v8::Undefined(self->isolate), result);
    }
}

SKEP_API void skep_run_script(SkepIsolate* self, const char* source, int64_t length, const char* name, const uint8_t* cache,
                              int64_t cache_length, int32_t* cache_rejected, SkepResult* result) {
    v8::Isolate* isolate = self->isolate;
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::TryCatch caught(isolate);
    *cache_rejected = 0;
    v8::Local<v8::String> text;
    v8::Local<v8::Script> script;
    v8::Local<v8::Value> value;
    if (v8::String::NewFromUtf8(isolate, source, v8::NewStringType::kNormal, static_cast<int>(length)).ToLocal(&text)) {
        v8::ScriptOrigin origin(skep::utf8(isolate, name));
        auto* cached = cache == nullptr ? nullptr : new v8::ScriptCompiler::CachedData(cache, static_cast<int>(cache_length));
        v8::ScriptCompiler::Source script_source(text, origin, cached);
        if (skep::compile(context, &script_source, cached != nullptr).ToLocal(&script)) {
            if (cached != nullptr) *cache_rejected = cached->rejected ? 1 : 0;
            if (script->Run(context).ToLocal(&value)) {
                isolate->PerformMicrotaskCheckpoint();
                if (!isolate->IsExecutionTerminating()) {
                    skep::finish(self, value, result);
                    return;
                }
            }
        }
    }
    skep::finish(self, caught, result);
}

SKEP_API int32_t skep_take_rejection(SkepIsolate* self, SkepValue* promise, SkepValue* reason, int32_t* handled) {
    skep::Rejection rejection;
    if (!self->rejections.take(&rejection)) return 0;
    v8::Local<v8::Promise> local = rejection.promise.Get(self->isolate);
    skep::decode(self->isolate, local, promise);
    *handled = rejection.handled ? 1 : 0;
    if (rejection.handled) {
        skep::decode(self->isolate, local->State() == v8::Promise::kRejected ? local->Result() : v8::Local<v8::Value>(v8::Undefined(self->isolate)), reason);
    } else {
        skep::decode(self->isolate, rejection.reason.Get(self->isolate), reason);
        // Remembered so that a late handler can be told (rejectionhandled); bounded, a worker can make any number.
        if (self->reported.size() >= 256) self->reported.erase(self->reported.begin());
        self->reported.emplace_back(self->isolate, local);
    }
    return 1;
}

static int32_t copy_utf8(v8::Isolate* isolate, v8::Local<v8::String> text, char* buffer, int32_t capacity) {
    return static_cast<int32_t>(
        text->WriteUtf8V2(isolate, buffer, static_cast<size_t>(capacity), v8::String::WriteFlags::kReplaceInvalidUtf8));
}

SKEP_API int32_t skep_describe_error(SkepIsolate* self, void* slot, char* message, int32_t message_capacity, int32_t* message_length,
                                     char* stack, int32_t stack_capacity, int32_t* stack_length) {
    v8::Isolate* isolate = self->isolate;
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::Local<v8::Value> value = skep::from_slot(slot);
    v8::TryCatch caught(isolate);
    *message_length = 0;
    *stack_length = 0;
    // The message V8 would print; it begins with "Uncaught ".
    v8::Local<v8::Message> described = v8::Exception::CreateMessage(isolate, value);
    if (!described.IsEmpty()) {
        v8::Local<v8::String> text = described->Get();
        char prefix[9];
        bool uncaught = text->Length() >= 9;
        if (uncaught) {
            uint16_t units[9];
            text->WriteV2(isolate, 0, 9, units);
            for (int i = 0; i < 9; i++) prefix[i] = static_cast<char>(units[i]);
            uncaught = std::memcmp(prefix, "Uncaught ", 9) == 0;
        }
        if (uncaught) {
            std::vector<uint16_t> rest(static_cast<size_t>(text->Length() - 9));
            text->WriteV2(isolate, 9, static_cast<uint32_t>(rest.size()), rest.data());
            v8::Local<v8::String> cut;
            if (v8::String::NewFromTwoByte(isolate, rest.data(), v8::NewStringType::kNormal, static_cast<int>(rest.size())).ToLocal(&cut)) text = cut;
        }
        *message_length = copy_utf8(isolate, text, message, message_capacity);
    }
    v8::Local<v8::Value> trace;
    if (value->IsObject() && v8::TryCatch::StackTrace(context, value).ToLocal(&trace) && trace->IsString()) {
        *stack_length = copy_utf8(isolate, trace.As<v8::String>(), stack, stack_capacity);
    }
    if (*message_length == 0 && value->IsNativeError()) {
        // V8's message calls no getters, and a DOMException has nothing else.
        v8::Local<v8::Value> name;
        v8::Local<v8::Value> text;
        if (value.As<v8::Object>()->Get(context, skep::utf8(isolate, "name")).ToLocal(&name) && name->IsString() &&
            value.As<v8::Object>()->Get(context, skep::utf8(isolate, "message")).ToLocal(&text) && text->IsString()) {
            v8::Local<v8::String> both = name.As<v8::String>();
            if (text.As<v8::String>()->Length() > 0) {
                both = v8::String::Concat(isolate, v8::String::Concat(isolate, both, skep::utf8(isolate, ": ")), text.As<v8::String>());
            }
            *message_length = copy_utf8(isolate, both, message, message_capacity);
        }
    }
    return caught.HasTerminated() || isolate->IsExecutionTerminating() ? SKEP_TERMINATED : SKEP_OK;
}
