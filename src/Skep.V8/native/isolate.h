// What the shim keeps about an isolate, and the small inline functions every file of it uses.
#pragma once
#include <atomic>
#include <climits>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <node.h>
#include <v8-platform.h>
#include <v8-profiler.h>
#include <v8.h>

#include "skep_v8.h"

namespace skep {

// What a core's cache can hold, in part at least.
constexpr int64_t kWarmBuffers = 3 << 20;

class ArrayBufferAllocator final : public v8::ArrayBuffer::Allocator {
public:
    explicit ArrayBufferAllocator(int64_t limit) : limit_(limit) {}
    void* Allocate(size_t length) override;
    void* AllocateUninitialized(size_t length) override;
    void Free(void* data, size_t length) override;

    std::atomic<v8::Isolate*> isolate{nullptr};
    // Set when an allocation was refused: an exception that follows is the memory limit's, not the worker's.
    std::atomic<bool> refused{false};
    // The same, until V8 collects garbage.
    std::atomic<bool> just_refused{false};
    // Charges bytes to the memory limit; false when they do not fit.
    bool reserve(size_t length);
    void release(size_t length) { used_.fetch_sub(static_cast<int64_t>(length), std::memory_order_relaxed); }
    int64_t used() const { return used_.load(std::memory_order_relaxed); }
    // Given out since garbage was last collected.
    int64_t fresh() const { return fresh_.load(std::memory_order_relaxed); }
    void begin_fresh() { fresh_.store(0, std::memory_order_relaxed); }
    void raise_limit() { limit_.store(INT64_MAX, std::memory_order_relaxed); }

private:
    bool fits_with_heap(int64_t used, int64_t limit);
    std::atomic<int64_t> limit_;
    std::atomic<int64_t> used_{0};
    std::atomic<int64_t> fresh_{0};
};

// V8's foreground tasks of one isolate; our loop runs them (skep_pump).
class TaskQueue final : public v8::TaskRunner {
public:
    explicit TaskQueue(void* managed) : managed_(managed) {}
    bool IdleTasksEnabled() override { return false; }
    bool NonNestableTasksEnabled() const override { return true; }
    bool NonNestableDelayedTasksEnabled() const override { return true; }
    std::vector<std::unique_ptr<v8::Task>> take();
    void close();
    int32_t waiting() const { return waiting_.load(std::memory_order_acquire); }

protected:
    void PostTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation&) override;
    void PostNonNestableTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation& location) override;
    void PostDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay, const v8::SourceLocation&) override;
    void PostNonNestableDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay, const v8::SourceLocation& location) override;

private:
    struct Delayed {
        double due;
        std::unique_ptr<v8::Task> task;
    };
    std::mutex mutex_;
    std::vector<std::unique_ptr<v8::Task>> tasks_;
    std::vector<Delayed> delayed_;
    std::atomic<int32_t> waiting_{0};
    bool closed_ = false;
    void* managed_;
};

class PlatformDelegate final : public node::IsolatePlatformDelegate {
public:
    explicit PlatformDelegate(std::shared_ptr<TaskQueue> tasks) : tasks_(std::move(tasks)) {}
    std::shared_ptr<v8::TaskRunner> GetForegroundTaskRunner() override { return tasks_; }
    bool IdleTasksEnabled() override { return false; }

private:
    std::shared_ptr<TaskQueue> tasks_;
};

struct ModuleRecord {
    v8::Global<v8::Module> module;
    v8::Global<v8::Object> exports;  // synthetic modules only
    std::string name;
    int hash = 0;
};

struct Rejection {
    v8::Global<v8::Promise> promise;  // empty: it got a handler before it was reported
    v8::Global<v8::Value> reason;
    bool handled = false;
};

// Promises rejected without a handler, in their order. A worker can make any number at once and give each its handler
// later, in any order: finding one takes no search, and beyond kMost further ones are not remembered.
class RejectionList {
public:
    void add(v8::Isolate* isolate, v8::Local<v8::Promise> promise, v8::Local<v8::Value> reason);
    // Reported before, now handled.
    void add_handled(v8::Isolate* isolate, v8::Local<v8::Promise> promise);
    // False when it is not in the list.
    bool remove(v8::Local<v8::Promise> promise);
    bool take(Rejection* rejection);
    int32_t count() const { return count_; }
    void clear();

private:
    static constexpr int32_t kMost = 100000;
    std::deque<Rejection> list_;
    std::unordered_multimap<int, uint64_t> positions_;  // identity hash of a promise to its number
    uint64_t first_ = 0;                                // the number of list_.front()
    int32_t count_ = 0;
};

// The text of the web-API layer, outside all heaps. Snapshots name it as an external reference.
class LayerSource final : public v8::String::ExternalOneByteStringResource {
public:
    const char* data() const override { return data_; }
    size_t length() const override { return length_; }
    void Dispose() override {}
    void set(const char* data, size_t length) {
        data_ = data;
        length_ = length;
    }

private:
    const char* data_ = "";
    size_t length_ = 0;
};

// Something native that JavaScript knows by a number.
class NativeState {
public:
    virtual ~NativeState() = default;
    // Which class it is: JavaScript's numbers are not to be trusted.
    virtual int kind() const = 0;
};

extern LayerSource layer_source;
extern SkepCallbacks callbacks;
extern node::MultiIsolatePlatform* platform;
extern thread_local double frozen_now;
void freeze_platform_clock();
// Has collections done by the thread that begins them, alone; each says when it begins and ends.
void collect_alone();
void begin_collection();
void end_collection();
const intptr_t* external_references();
// The object with a function for each op, managed and native.
v8::Local<v8::Object> create_ops(v8::Isolate* isolate, v8::Local<v8::Context> context);

}  // namespace skep

namespace skep {
// Charges the memory of resizable buffers and WebAssembly to the isolates; called once.
void count_reservations();
// The isolate that this thread is in.
extern thread_local SkepIsolate* entered;
}  // namespace skep

struct SkepIsolate {
    v8::Isolate* isolate = nullptr;
    void* managed = nullptr;
    int64_t heap_limit = 0;
    int64_t young_buffers = skep::kWarmBuffers;  // so many fresh bytes of buffers call for a collection
    v8::StartupData snapshot{};
    std::shared_ptr<skep::ArrayBufferAllocator> allocator;
    std::shared_ptr<skep::TaskQueue> tasks;
    std::unique_ptr<skep::PlatformDelegate> delegate;
    // What the coders below use of memory; they count it down when they go, and so go first.
    size_t coder_bytes = 0;
    std::unordered_map<int32_t, std::unique_ptr<skep::NativeState>> coders;
    int32_t last_coder = 0;
    std::unordered_map<int32_t, std::unique_ptr<skep::NativeState>> natives;
    int32_t last_native = 0;
    v8::Global<v8::Context> context;
    std::vector<v8::Global<v8::Function>> host_functions;
    std::vector<v8::Global<v8::Value>> handles;
    std::vector<int32_t> free_handles;
    std::vector<skep::ModuleRecord> modules;
    skep::RejectionList rejections;
    std::vector<v8::Global<v8::Promise>> reported;
    std::atomic<bool> condemned{false};
    bool allow_wasm = false;
    bool graced = false;  // the heap limit was raised once for the allocation in progress
    bool disposing = false;
    int instantiating = 0;  // module graphs being instantiated
    int first_module_script = INT_MAX;  // what V8 numbers lower is not the worker's
    v8::CpuProfiler* profiler = nullptr;

    static SkepIsolate* of(v8::Isolate* isolate) { return static_cast<SkepIsolate*>(isolate->GetData(0)); }
};

namespace skep {

static_assert(sizeof(v8::Local<v8::Value>) == sizeof(void*), "slots are indirect handles");

template <class T>
inline void* to_slot(v8::Local<T> local) {
    void* slot;
    std::memcpy(&slot, &local, sizeof slot);
    return slot;
}

template <class T = v8::Value>
inline v8::Local<T> from_slot(void* slot) {
    v8::Local<T> local;
    std::memcpy(static_cast<void*>(&local), &slot, sizeof slot);
    return local;
}

void decode(v8::Isolate* isolate, v8::Local<v8::Value> value, SkepValue* out);
v8::Local<v8::Value> encode(v8::Isolate* isolate, const SkepValue& value);
// Fills status and value from a TryCatch that has caught, and the counters.
void finish(SkepIsolate* self, v8::TryCatch& caught, SkepResult* result);
void finish(SkepIsolate* self, v8::Local<v8::Value> value, SkepResult* result);
v8::Local<v8::String> utf8(v8::Isolate* isolate, const char* text, int length = -1);

}  // namespace skep
