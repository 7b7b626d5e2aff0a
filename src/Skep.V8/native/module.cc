// ES modules, synthetic modules, functions compiled from source, WebAssembly modules.
#include <algorithm>

#include "function_name.h"
#include "isolate.h"
#include "young_buffers.h"

namespace skep {

static int32_t add(SkepIsolate* self, v8::Local<v8::Module> module, const char* name) {
    ModuleRecord record;
    record.name = name;
    record.module.Reset(self->isolate, module);
    record.hash = module->GetIdentityHash();
    self->modules.push_back(std::move(record));
    return static_cast<int32_t>(self->modules.size() - 1);
}

static int32_t find(SkepIsolate* self, v8::Local<v8::Module> module) {
    int hash = module->GetIdentityHash();
    for (size_t i = 0; i < self->modules.size(); i++) {
        if (self->modules[i].hash == hash && self->modules[i].module == module) return static_cast<int32_t>(i);
    }
    return -1;
}

static int32_t resolve(SkepIsolate* self, v8::Local<v8::String> specifier, int32_t referrer) {
    v8::String::Value text(self->isolate, specifier);
    return callbacks.resolve_module(self->managed, reinterpret_cast<const char16_t*>(*text), static_cast<int32_t>(text.length()), referrer);
}

static v8::MaybeLocal<v8::Module> resolve_callback(v8::Local<v8::Context>, v8::Local<v8::String> specifier, v8::Local<v8::FixedArray>,
                                                   v8::Local<v8::Module> referrer) {
    auto* self = SkepIsolate::of(v8::Isolate::GetCurrent());
    int32_t index = resolve(self, specifier, find(self, referrer));
    if (index < 0) return {};
    return self->modules[static_cast<size_t>(index)].module.Get(self->isolate);
}

static v8::MaybeLocal<v8::Value> evaluate_synthetic(v8::Local<v8::Context> context, v8::Local<v8::Module> module) {
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    auto* self = SkepIsolate::of(isolate);
    int32_t index = find(self, module);
    v8::Local<v8::Object> exports = self->modules[static_cast<size_t>(index)].exports.Get(isolate);
    v8::Local<v8::Array> names;
    if (!exports->GetOwnPropertyNames(context).ToLocal(&names)) return {};
    for (uint32_t i = 0; i < names->Length(); i++) {
        v8::Local<v8::Value> name;
        v8::Local<v8::Value> value;
        if (!names->Get(context, i).ToLocal(&name) || !exports->Get(context, name).ToLocal(&value)) return {};
        if (module->SetSyntheticModuleExport(isolate, name.As<v8::String>(), value).IsNothing()) return {};
    }
    v8::Local<v8::Promise::Resolver> resolver;
    if (!v8::Promise::Resolver::New(context).ToLocal(&resolver)) return {};
    // Nothing comes back when execution is being terminated.
    if (resolver->Resolve(context, v8::Undefined(isolate)).IsNothing()) return {};
    return resolver->GetPromise();
}

static v8::ScriptOrigin module_origin(v8::Isolate* isolate, const char* name) {
    return v8::ScriptOrigin(utf8(isolate, name), 0, 0, false, -1, v8::Local<v8::Value>(), false, false, true);
}

static v8::MaybeLocal<v8::Promise> rejected(v8::Local<v8::Context> context, v8::Local<v8::Value> reason) {
    v8::Local<v8::Promise::Resolver> resolver;
    if (!v8::Promise::Resolver::New(context).ToLocal(&resolver) || resolver->Reject(context, reason).IsNothing()) return {};
    return resolver->GetPromise();
}

// V8 ends the process when such a module is instantiated or evaluated once more. While a graph is instantiated (CommonJS
// modules run then), V8 does not tell which of the modules that seem to be new belong to it.
static bool busy(SkepIsolate* self, v8::Local<v8::Module> module) {
    v8::Module::Status status = module->GetStatus();
    return status == v8::Module::kInstantiating || status == v8::Module::kEvaluating ||
           (self->instantiating > 0 && status == v8::Module::kUninstantiated && module->IsSourceTextModule());
}

static bool instantiate(SkepIsolate* self, v8::Local<v8::Context> context, v8::Local<v8::Module> module) {
    self->instantiating++;
    bool done = module->InstantiateModule(context, resolve_callback).FromMaybe(false);
    self->instantiating--;
    return done;
}

static bool refuse_busy(SkepIsolate* self, v8::Local<v8::Module> module) {
    if (!busy(self, module)) return false;
    v8::Isolate* isolate = self->isolate;
    isolate->ThrowException(v8::Exception::Error(utf8(isolate, "The module is still being loaded: it cannot be required by what it imports.")));
    return true;
}

static void namespace_of(const v8::FunctionCallbackInfo<v8::Value>& info) { info.GetReturnValue().Set(info.Data()); }

// A promise for the module's namespace; empty with an exception.
static v8::MaybeLocal<v8::Promise> load(SkepIsolate* self, v8::Local<v8::Context> context, v8::Local<v8::Module> module) {
    v8::Local<v8::Value> evaluated;
    v8::Local<v8::Function> then;
    if (!instantiate(self, context, module) || !module->Evaluate(context).ToLocal(&evaluated) ||
        !v8::Function::New(context, namespace_of, module->GetModuleNamespace()).ToLocal(&then)) {
        return {};
    }
    return evaluated.As<v8::Promise>()->Then(context, then);
}

static void import_again(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    auto* self = SkepIsolate::of(isolate);
    v8::Local<v8::Module> module = self->modules[static_cast<size_t>(info.Data().As<v8::Integer>()->Value())].module.Get(isolate);
    v8::Local<v8::Promise> imported;
    if (!refuse_busy(self, module) && load(self, isolate->GetCurrentContext(), module).ToLocal(&imported)) info.GetReturnValue().Set(imported);
}

v8::MaybeLocal<v8::Promise> import_dynamically(v8::Local<v8::Context> context, v8::Local<v8::Data>, v8::Local<v8::Value> resource_name,
                                               v8::Local<v8::String> specifier, v8::Local<v8::FixedArray>) {
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    auto* self = SkepIsolate::of(isolate);
    v8::TryCatch caught(isolate);
    int32_t referrer = -1;
    if (resource_name->IsString()) {
        v8::String::Utf8Value name(isolate, resource_name);
        for (size_t i = 0; i < self->modules.size() && referrer < 0; i++) {
            if (self->modules[i].name == *name) referrer = static_cast<int32_t>(i);
        }
    }
    auto fail = [&]() -> v8::MaybeLocal<v8::Promise> {
        if (caught.HasTerminated() || caught.Exception().IsEmpty()) {
            caught.ReThrow();
            return {};
        }
        v8::Local<v8::Value> exception = caught.Exception();
        caught.Reset();
        return rejected(context, exception);
    };
    int32_t index = resolve(self, specifier, referrer);
    if (index < 0) return fail();
    v8::Local<v8::Module> module = self->modules[static_cast<size_t>(index)].module.Get(isolate);
    v8::Local<v8::Promise> imported;
    if (busy(self, module)) {
        // It imports itself, or what imports it, while it is evaluated: the import goes on when that has ended.
        v8::Local<v8::Promise::Resolver> later;
        v8::Local<v8::Function> again;
        if (!v8::Promise::Resolver::New(context).ToLocal(&later) || later->Resolve(context, v8::Undefined(isolate)).IsNothing() ||
            !v8::Function::New(context, import_again, v8::Integer::New(isolate, index)).ToLocal(&again) ||
            !later->GetPromise()->Then(context, again).ToLocal(&imported)) {
            return fail();
        }
        return imported;
    }
    if (!load(self, context, module).ToLocal(&imported)) return fail();
    return imported;
}

void initialize_import_meta(v8::Local<v8::Context> context, v8::Local<v8::Module> module, v8::Local<v8::Object> meta) {
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    auto* self = SkepIsolate::of(isolate);
    std::string url = "file:///" + self->modules[static_cast<size_t>(find(self, module))].name;
    meta->CreateDataProperty(context, utf8(isolate, "url"), utf8(isolate, url.c_str())).FromMaybe(false);
    add_function_naming(context, meta);
}

}  // namespace skep

SKEP_API int32_t skep_module_compile(SkepIsolate* self, const char* name, const char* source, int64_t length, const uint8_t* cache,
                                     int64_t cache_length, int32_t* cache_rejected, SkepResult* result) {
    v8::Isolate* isolate = self->isolate;
    v8::TryCatch caught(isolate);
    *cache_rejected = 0;
    v8::Local<v8::String> text;
    v8::Local<v8::Module> module;
    if (v8::String::NewFromUtf8(isolate, source, v8::NewStringType::kNormal, static_cast<int>(length)).ToLocal(&text)) {
        auto* cached = cache == nullptr ? nullptr : new v8::ScriptCompiler::CachedData(cache, static_cast<int>(cache_length));
        v8::ScriptCompiler::Source module_source(text, skep::module_origin(isolate, name), cached);
        skep::SteadyFlags steady;
        if (v8::ScriptCompiler::CompileModule(
                isolate, &module_source, cached == nullptr ? v8::ScriptCompiler::kNoCompileOptions : v8::ScriptCompiler::kConsumeCodeCache)
                .ToLocal(&module)) {
            if (cached != nullptr) *cache_rejected = cached->rejected ? 1 : 0;
            self->first_module_script = std::min(self->first_module_script, module->ScriptId());
            skep::finish(self, v8::Undefined(isolate), result);
            return skep::add(self, module, name);
        }
        // Where the error is: the exception of a syntax error has no stack, the message knows the place.
        v8::Local<v8::Message> message = caught.Message();
        if (!caught.HasTerminated() && !message.IsEmpty() && caught.Exception()->IsObject()) {
            v8::Local<v8::Context> context = isolate->GetCurrentContext();
            std::string place = std::string("    at ") + name + ":" + std::to_string(message->GetLineNumber(context).FromMaybe(0)) + ":" +
                                std::to_string(message->GetStartColumn(context).FromMaybe(0) + 1);
            v8::String::Utf8Value first(isolate, caught.Exception());
            std::string stack = std::string(*first == nullptr ? "SyntaxError" : *first) + "\n" + place;
            caught.Exception()
                .As<v8::Object>()
                ->CreateDataProperty(context, skep::utf8(isolate, "stack"), skep::utf8(isolate, stack.c_str()))
                .FromMaybe(false);
        }
    }
    skep::finish(self, caught, result);
    return -1;
}

SKEP_API int32_t skep_module_synthetic(SkepIsolate* self, const char* name, void* exports_slot) {
    v8::Isolate* isolate = self->isolate;
    v8::Local<v8::Context> context = isolate->GetCurrentContext();
    v8::Local<v8::Object> exports = skep::from_slot<v8::Object>(exports_slot);
    v8::Local<v8::Array> keys;
    if (!exports->GetOwnPropertyNames(context).ToLocal(&keys)) return -1;
    std::vector<v8::Local<v8::String>> names;
    for (uint32_t i = 0; i < keys->Length(); i++) {
        v8::Local<v8::Value> key;
        if (!keys->Get(context, i).ToLocal(&key)) return -1;
        names.push_back(key.As<v8::String>());
    }
    v8::Local<v8::Module> module = v8::Module::CreateSyntheticModule(
        isolate, skep::utf8(isolate, name), v8::MemorySpan<const v8::Local<v8::String>>(names.data(), names.size()), skep::evaluate_synthetic);
    int32_t index = skep::add(self, module, name);
    self->modules[static_cast<size_t>(index)].exports.Reset(isolate, exports);
    return index;
}

SKEP_API void skep_module_instantiate(SkepIsolate* self, int32_t index, SkepResult* result) {
    v8::TryCatch caught(self->isolate);
    v8::Local<v8::Module> module = self->modules[static_cast<size_t>(index)].module.Get(self->isolate);
    if (!skep::refuse_busy(self, module) && skep::instantiate(self, self->isolate->GetCurrentContext(), module)) {
        skep::finish(self, v8::Undefined(self->isolate), result);
    } else {
        skep::finish(self, caught, result);
    }
}

SKEP_API void skep_module_evaluate(SkepIsolate* self, int32_t index, SkepResult* result) {
    v8::TryCatch caught(self->isolate);
    v8::Local<v8::Module> module = self->modules[static_cast<size_t>(index)].module.Get(self->isolate);
    v8::Local<v8::Value> promise;
    if (!skep::refuse_busy(self, module) && module->Evaluate(self->isolate->GetCurrentContext()).ToLocal(&promise)) {
        self->isolate->PerformMicrotaskCheckpoint();
        if (!self->isolate->IsExecutionTerminating()) {
            skep::finish(self, promise, result);
            return;
        }
    }
    skep::finish(self, caught, result);
}

SKEP_API void skep_module_namespace(SkepIsolate* self, int32_t index, SkepValue* result) {
    skep::decode(self->isolate, self->modules[static_cast<size_t>(index)].module.Get(self->isolate)->GetModuleNamespace(), result);
}

SKEP_API uint8_t* skep_module_code_cache(SkepIsolate* self, int32_t index, int64_t* length) {
    v8::Local<v8::Module> module = self->modules[static_cast<size_t>(index)].module.Get(self->isolate);
    skep::SteadyFlags steady;
    std::unique_ptr<v8::ScriptCompiler::CachedData> data(v8::ScriptCompiler::CreateCodeCache(module->GetUnboundModuleScript()));
    if (!data) return nullptr;
    auto* copy = static_cast<uint8_t*>(malloc(static_cast<size_t>(data->length)));
    std::memcpy(copy, data->data, static_cast<size_t>(data->length));
    *length = data->length;
    return copy;
}

SKEP_API void skep_compile_function(SkepIsolate* self, const char* name, const char* source, int64_t length, const char* const* parameters,
                                    int32_t parameter_count, SkepResult* result) {
    v8::Isolate* isolate = self->isolate;
    v8::TryCatch caught(isolate);
    std::vector<v8::Local<v8::String>> names;
    for (int32_t i = 0; i < parameter_count; i++) names.push_back(skep::utf8(isolate, parameters[i]));
    v8::Local<v8::String> text;
    v8::Local<v8::Function> function;
    if (v8::String::NewFromUtf8(isolate, source, v8::NewStringType::kNormal, static_cast<int>(length)).ToLocal(&text)) {
        v8::ScriptOrigin origin(skep::utf8(isolate, name));
        v8::ScriptCompiler::Source function_source(text, origin);
        if (v8::ScriptCompiler::CompileFunction(isolate->GetCurrentContext(), &function_source, names.size(), names.data()).ToLocal(&function)) {
            skep::finish(self, function, result);
            return;
        }
    }
    skep::finish(self, caught, result);
}

namespace {

// A text outside all heaps.
class SharedText final : public v8::String::ExternalOneByteStringResource {
public:
    SharedText(const char* data, size_t length) : data_(data), length_(length) {}
    const char* data() const override { return data_; }
    size_t length() const override { return length_; }

private:
    const char* data_;
    size_t length_;
};

}  // namespace

SKEP_API void skep_compile_shared_function(SkepIsolate* self, const char* name, const char* source, int64_t length, const char* const* parameters,
                                           int32_t parameter_count, const uint8_t* cache, int64_t cache_length, SkepResult* result) {
    v8::Isolate* isolate = self->isolate;
    v8::TryCatch caught(isolate);
    std::vector<v8::Local<v8::String>> names;
    for (int32_t i = 0; i < parameter_count; i++) names.push_back(skep::utf8(isolate, parameters[i]));
    v8::Local<v8::String> text;
    v8::Local<v8::Function> function;
    if (v8::String::NewExternalOneByte(isolate, new SharedText(source, static_cast<size_t>(length))).ToLocal(&text)) {
        v8::ScriptOrigin origin(skep::utf8(isolate, name));
        v8::ScriptCompiler::CachedData* cached =
            cache_length == 0 ? nullptr : new v8::ScriptCompiler::CachedData(cache, static_cast<int>(cache_length));
        v8::ScriptCompiler::Source function_source(text, origin, cached);
        skep::SteadyFlags steady;
        auto options = cached == nullptr ? v8::ScriptCompiler::kNoCompileOptions : v8::ScriptCompiler::kConsumeCodeCache;
        if (v8::ScriptCompiler::CompileFunction(isolate->GetCurrentContext(), &function_source, names.size(), names.data(), 0, nullptr, options)
                .ToLocal(&function)) {
            skep::finish(self, function, result);
            return;
        }
    }
    skep::finish(self, caught, result);
}

SKEP_API uint8_t* skep_function_code_cache(SkepIsolate* self, void* function, int64_t* length) {
    *length = 0;
    v8::Local<v8::Value> value = skep::from_slot(function);
    if (!value->IsFunction()) return nullptr;
    skep::SteadyFlags steady;
    std::unique_ptr<v8::ScriptCompiler::CachedData> cache(v8::ScriptCompiler::CreateCodeCacheForFunction(value.As<v8::Function>()));
    if (cache == nullptr) return nullptr;
    auto* copy = static_cast<uint8_t*>(std::malloc(static_cast<size_t>(cache->length)));
    std::memcpy(copy, cache->data, static_cast<size_t>(cache->length));
    *length = cache->length;
    return copy;
}

struct SkepWasm {
    v8::CompiledWasmModule compiled;
};

SKEP_API SkepWasm* skep_wasm_compile(SkepIsolate* self, const uint8_t* bytes, int64_t length, SkepResult* result) {
    v8::TryCatch caught(self->isolate);
    self->allow_wasm = true;
    v8::MaybeLocal<v8::WasmModuleObject> made =
        v8::WasmModuleObject::Compile(self->isolate, v8::MemorySpan<const uint8_t>(bytes, static_cast<size_t>(length)));
    self->allow_wasm = false;
    v8::Local<v8::WasmModuleObject> module;
    if (made.ToLocal(&module)) {
        skep::finish(self, module, result);
        return new SkepWasm{module->GetCompiledModule()};
    }
    skep::finish(self, caught, result);
    return nullptr;
}

SKEP_API void skep_wasm_module(SkepIsolate* self, SkepWasm* wasm, SkepResult* result) {
    v8::TryCatch caught(self->isolate);
    v8::Local<v8::WasmModuleObject> module;
    if (v8::WasmModuleObject::FromCompiledModule(self->isolate, wasm->compiled).ToLocal(&module)) {
        skep::finish(self, module, result);
    } else {
        skep::finish(self, caught, result);
    }
}

SKEP_API void skep_wasm_free(SkepWasm* wasm) { delete wasm; }
