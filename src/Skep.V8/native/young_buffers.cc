// V8 collects young ArrayBuffers when there are 64 MiB of them. A worker that makes a body in chunks then writes each into memory that it
// last used 64 MiB ago, which no cache has any more: that was 20 % of the CPU of streaming a megabyte. Here the young generation is
// collected so early that the same memory is in use again and again (docs/performance.md).
#include "young_buffers.h"

#include <algorithm>
#include <shared_mutex>

namespace skep {

// V8's own.
static constexpr int64_t kMost = 64 << 20;

// V8 has one way to ask for this collection, and wants --expose-gc set for it. A context that is made with that flag has a global function
// for workers to call, which can also write files; so it is set for as long as the collection takes, while nobody makes a context.
static std::shared_mutex flags;

enum class Held { kNothing, kSteady, kCollecting };
static thread_local Held held = Held::kNothing;

SteadyFlags::SteadyFlags() {
    flags.lock_shared();
    held = Held::kSteady;
}

SteadyFlags::~SteadyFlags() { release_flags(); }

void release_flags() {
    if (held == Held::kSteady) flags.unlock_shared();
    if (held == Held::kCollecting) {
        v8::V8::SetFlagsFromString("--no-expose-gc");
        flags.unlock();
    }
    held = Held::kNothing;
}

v8::Local<v8::Context> make_context(v8::Isolate* isolate) {
    SteadyFlags steady;
    return v8::Context::New(isolate);
}

void collect_young_buffers(SkepIsolate* self) {
    int64_t fresh = self->allocator->fresh();
    if (fresh < self->young_buffers || held != Held::kNothing || self->condemned.load(std::memory_order_relaxed)) return;
    // Somebody makes a context, or collects: after the next entry, then.
    if (!flags.try_lock()) return;
    held = Held::kCollecting;
    int64_t before = self->allocator->used();
    v8::V8::SetFlagsFromString("--expose-gc");
    self->isolate->RequestGarbageCollectionForTesting(v8::Isolate::kMinorGarbageCollection);
    release_flags();
    bool kept = before - self->allocator->used() < fresh / 2;
    // A worker that keeps its buffers gains nothing.
    self->young_buffers = kept ? std::min(kMost, self->young_buffers * 2) : kWarmBuffers;
}

}  // namespace skep
