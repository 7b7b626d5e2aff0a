// Life of an isolate: creation from the snapshot, entering, the heap limit, disposal.
#include <algorithm>
#include <new>
#include <pthread.h>
#include <unistd.h>

#include "isolate.h"
#include "young_buffers.h"

namespace {

// How far over its limit a heap may go so that the allocation in progress succeeds and the termination can land: more than
// the largest single allocation V8 makes (a two-byte string or a FixedArray of 1 GiB).
constexpr size_t kGrace = size_t{2560} << 20;

// V8 collects its whole heap, and shrinks it, whenever buffers exceed half of this, but only the young generation when 64 MiB of
// buffers are young. A worker that streams makes that much 40 times a second: the first must not come before the second. The limit
// itself is kept by after_collection, which counts buffers too.
constexpr size_t old_generation_size(size_t heap_limit) { return heap_limit / 8 * 9; }

void condemn(SkepIsolate* self) {
    if (self->condemned.exchange(true)) return;
    self->allocator->raise_limit();
    if (!self->disposing) self->isolate->TerminateExecution();
}

size_t near_heap_limit(void* data, size_t current, size_t initial) {
    (void)initial;
    auto* self = static_cast<SkepIsolate*>(data);
    // V8's last try for a buffer that was refused: the heap is well, and the worker gets a RangeError.
    if (self->allocator->just_refused.load(std::memory_order_relaxed) && !self->disposing) return current;
    condemn(self);
    if (self->disposing) return current + kGrace;
    self->isolate->TerminateExecution();
    // Whatever goes on after that looks at no interrupt and would take the machine's memory: it is parked (out_of_memory).
    if (self->graced) return current;
    self->graced = true;
    return current + kGrace;
}

// The heap alone is bounded by V8; heap and buffers together are bounded here.
void after_collection(v8::Isolate* isolate, v8::GCType, v8::GCCallbackFlags, void* data) {
    auto* self = static_cast<SkepIsolate*>(data);
    if (self->disposing) return;
    v8::HeapStatistics heap;
    isolate->GetHeapStatistics(&heap);
    if (static_cast<int64_t>(heap.used_heap_size()) + self->allocator->used() > self->heap_limit) condemn(self);
}

void before_any_collection(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void*) { skep::begin_collection(); }

void after_any_collection(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void* data) {
    auto* self = static_cast<SkepIsolate*>(data);
    self->allocator->just_refused.store(false, std::memory_order_relaxed);
    self->allocator->begin_fresh();
    skep::end_collection();
}

// V8 is about to abort the process. The memory of this isolate and this thread are lost, the rest of the process is not:
// nothing of V8's state that others share is held here, so the thread can wait forever instead.
[[noreturn]] void park(SkepIsolate* self, const char* where) {
    skep::release_flags();
    skep::callbacks.lost(self == nullptr ? nullptr : self->managed, where);
    for (;;) pause();
}

void out_of_memory(const char* location, const v8::OOMDetails&) {
    v8::Isolate* isolate = v8::Isolate::TryGetCurrent();
    park(isolate == nullptr ? nullptr : SkepIsolate::of(isolate), location);
}

void promise_rejected(v8::PromiseRejectMessage message) {
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    auto* self = SkepIsolate::of(isolate);
    v8::Local<v8::Promise> promise = message.GetPromise();
    switch (message.GetEvent()) {
        case v8::kPromiseRejectWithNoHandler:
            self->rejections.add(isolate, promise, message.GetValue());
            break;
        case v8::kPromiseHandlerAddedAfterReject:
            if (self->rejections.remove(promise)) return;
            for (auto i = self->reported.begin(); i != self->reported.end(); ++i) {
                if (*i == promise) {
                    self->rejections.add_handled(isolate, promise);
                    self->reported.erase(i);
                    return;
                }
            }
            break;
        default:
            break;
    }
}

v8::ModifyCodeGenerationFromStringsResult refuse_eval(v8::Local<v8::Context>, v8::Local<v8::Value>, bool) { return {false, {}}; }

bool wasm_allowed(v8::Local<v8::Context> context, v8::Local<v8::String>) {
    return SkepIsolate::of(v8::Isolate::GetCurrent())->allow_wasm;
}

struct Entry {
    explicit Entry(SkepIsolate* self)
        : locker(self->isolate), isolate(self->isolate), handles(self->isolate), context(self->context.Get(self->isolate)) {
        skep::entered = self;
    }
    ~Entry() { skep::entered = outer; }
    v8::Locker locker;
    v8::Isolate::Scope isolate;
    v8::HandleScope handles;
    v8::Context::Scope context;
    // An entry may be made inside another isolate's.
    double outer_now = skep::frozen_now;
    SkepIsolate* outer = skep::entered;
};

}  // namespace

namespace skep {
v8::MaybeLocal<v8::Promise> import_dynamically(v8::Local<v8::Context> context, v8::Local<v8::Data> options,
                                               v8::Local<v8::Value> resource_name, v8::Local<v8::String> specifier,
                                               v8::Local<v8::FixedArray> attributes);
void initialize_import_meta(v8::Local<v8::Context> context, v8::Local<v8::Module> module, v8::Local<v8::Object> meta);
}  // namespace skep

SKEP_API SkepIsolate* skep_isolate_create(const SkepIsolateOptions* options) {
    auto* self = new SkepIsolate();
    self->managed = options->managed;
    self->heap_limit = options->heap_limit;
    self->snapshot = {reinterpret_cast<const char*>(options->snapshot), static_cast<int>(options->snapshot_length)};
    self->allocator = std::make_shared<skep::ArrayBufferAllocator>(options->heap_limit);
    self->tasks = std::make_shared<skep::TaskQueue>(options->managed);
    self->delegate = std::make_unique<skep::PlatformDelegate>(self->tasks);

    v8::Isolate* isolate = v8::Isolate::Allocate();
    self->isolate = isolate;
    skep::platform->RegisterIsolate(isolate, self->delegate.get());

    v8::Isolate::CreateParams params;
    params.array_buffer_allocator_shared = self->allocator;
    params.external_references = skep::external_references();
    params.allow_atomics_wait = false;
    params.oom_error_callback = out_of_memory;
    params.constraints.ConfigureDefaultsFromHeapSize(0, static_cast<size_t>(options->heap_limit));
    params.constraints.set_max_old_generation_size_in_bytes(old_generation_size(static_cast<size_t>(options->heap_limit)));
    if (options->snapshot != nullptr) params.snapshot_blob = &self->snapshot;
    isolate->SetData(0, self);
    v8::Isolate::Initialize(isolate, params);
    isolate->SetData(0, self);
    self->allocator->isolate.store(isolate);

    v8::Locker locker(isolate);
    v8::Isolate::Scope isolate_scope(isolate);
    v8::HandleScope handles(isolate);
    isolate->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
    isolate->AddNearHeapLimitCallback(near_heap_limit, self);
    isolate->AddGCEpilogueCallback(after_collection, self, v8::kGCTypeMarkSweepCompact);
    isolate->AddGCEpilogueCallback(after_any_collection, self, v8::kGCTypeAll);
    isolate->AddGCPrologueCallback(before_any_collection, self, v8::kGCTypeAll);
    isolate->SetPromiseRejectCallback(promise_rejected);
    isolate->SetModifyCodeGenerationFromStringsCallback(refuse_eval);
    isolate->SetAllowWasmCodeGenerationCallback(wasm_allowed);
    isolate->SetHostImportModuleDynamicallyCallback(skep::import_dynamically);
    isolate->SetHostInitializeImportMetaObjectCallback(skep::initialize_import_meta);
    isolate->SetCaptureStackTraceForUncaughtExceptions(false);

    v8::Local<v8::Context> context = skep::make_context(isolate);
    if (!options->allow_eval) context->AllowCodeGenerationFromStrings(false);
    self->context.Reset(isolate, context);
    v8::Context::Scope context_scope(context);
    if (options->snapshot != nullptr) {
        v8::Local<v8::Object> host;
        if (context->GetDataFromSnapshotOnce<v8::Object>(0).ToLocal(&host)) {
            self->host_functions.resize(static_cast<size_t>(options->host_function_count));
            for (int32_t i = 0; i < options->host_function_count; i++) {
                v8::Local<v8::Value> function;
                if (host->Get(context, skep::utf8(isolate, options->host_functions[i])).ToLocal(&function) && function->IsFunction()) {
                    self->host_functions[static_cast<size_t>(i)].Reset(isolate, function.As<v8::Function>());
                }
            }
        }
    } else {
        context->Global()->Set(context, skep::utf8(isolate, "__skepOps"), skep::create_ops(isolate, context)).Check();
    }
    return self;
}

SKEP_API void skep_isolate_dispose(SkepIsolate* self) {
    v8::Isolate* isolate = self->isolate;
    self->disposing = true;
    self->allocator->raise_limit();
    {
        v8::Locker locker(isolate);
        v8::Isolate::Scope scope(isolate);
        isolate->CancelTerminateExecution();
        if (self->profiler != nullptr) self->profiler->Dispose();
        self->profiler = nullptr;
        self->tasks->close();
        self->handles.clear();
        self->host_functions.clear();
        self->modules.clear();
        self->coders.clear();
        self->natives.clear();
        self->rejections.clear();
        self->reported.clear();
        self->context.Reset();
        self->allocator->isolate.store(nullptr);
        isolate->RemoveGCEpilogueCallback(after_collection, self);
        isolate->RemoveGCEpilogueCallback(after_any_collection, self);
        isolate->RemoveGCPrologueCallback(before_any_collection, self);
    }
    // In this order: an isolate that another thread makes meanwhile may get the freed one's address.
    skep::platform->DisposeIsolate(isolate);
    delete self;
}

SKEP_API int32_t skep_entry_size() { return static_cast<int32_t>(sizeof(Entry)); }

SKEP_API void skep_enter(SkepIsolate* self, void* entry, double now) {
    ::new (entry) Entry(self);
    skep::frozen_now = now;
}

SKEP_API void skep_exit(SkepIsolate* self, void* entry) {
    skep::collect_young_buffers(self);
    auto* left = static_cast<Entry*>(entry);
    skep::frozen_now = left->outer_now;
    left->~Entry();
}

SKEP_API void skep_set_now(double now) { skep::frozen_now = now; }

SKEP_API void skep_terminate(SkepIsolate* self) { self->isolate->TerminateExecution(); }

SKEP_API void skep_resume(SkepIsolate* self) { self->isolate->CancelTerminateExecution(); }

SKEP_API int32_t skep_heap_condemned(SkepIsolate* self) { return self->condemned.load() ? 1 : 0; }

SKEP_API int32_t skep_array_buffers_refused(SkepIsolate* self) { return self->allocator->refused.exchange(false) ? 1 : 0; }

SKEP_API int32_t skep_charge(SkepIsolate* self, int64_t bytes) {
    if (self->allocator->reserve(static_cast<size_t>(bytes))) return 1;
    // What the heap holds may be garbage.
    self->isolate->LowMemoryNotification();
    return self->allocator->reserve(static_cast<size_t>(bytes)) ? 1 : 0;
}

SKEP_API void skep_discharge(SkepIsolate* self, int64_t bytes) { self->allocator->release(static_cast<size_t>(bytes)); }

SKEP_API int32_t skep_async_event(SkepIsolate* self) {
    v8::Isolate* isolate = self->isolate;
    v8::HandleScope handles(isolate);
    v8::Local<v8::Data> data = isolate->GetContinuationPreservedEmbedderDataV2();
    if (!data->IsValue()) return -1;
    v8::Local<v8::Value> event = data.As<v8::Value>();
    if (event->IsObject()) {
        // A frame of the layer's: a plain own property, no code of the worker's runs.
        v8::Local<v8::Context> context = isolate->GetCurrentContext();
        if (!event.As<v8::Object>()->Get(context, skep::utf8(isolate, "event")).ToLocal(&event)) return -1;
    }
    return event->IsInt32() ? event.As<v8::Int32>()->Value() : -1;
}

SKEP_API int32_t skep_pump(SkepIsolate* self) {
    auto tasks = self->tasks->take();
    for (auto& task : tasks) {
        v8::HandleScope handles(self->isolate);
        task->Run();
        task.reset();
    }
    return static_cast<int32_t>(tasks.size());
}

SKEP_API void skep_heap_statistics(SkepIsolate* self, SkepHeapStatistics* out) {
    v8::HeapStatistics heap;
    self->isolate->GetHeapStatistics(&heap);
    *out = {static_cast<int64_t>(heap.used_heap_size()),    static_cast<int64_t>(heap.total_physical_size()),
            self->heap_limit,                               self->allocator->used(),
            static_cast<int64_t>(heap.external_memory()),   static_cast<int64_t>(heap.malloced_memory()),
            static_cast<int64_t>(heap.number_of_native_contexts()), static_cast<int64_t>(heap.number_of_detached_contexts())};
}

SKEP_API void skep_low_memory(SkepIsolate* self, int32_t critical) {
    self->isolate->MemoryPressureNotification(critical ? v8::MemoryPressureLevel::kCritical : v8::MemoryPressureLevel::kModerate);
}
