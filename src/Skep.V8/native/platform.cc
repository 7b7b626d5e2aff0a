// V8's tasks go to our own queues, and V8's clock is the one we set at each entry.
#include <chrono>
#include <sys/mman.h>
#include <unistd.h>

#include "isolate.h"

namespace skep {

node::MultiIsolatePlatform* platform = nullptr;
thread_local double frozen_now = 0;

static double monotonic_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void TaskQueue::PostTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation&) {
    {
        std::lock_guard<std::mutex> lock(mutex_);
        if (closed_) return;
        tasks_.push_back(std::move(task));
        waiting_.fetch_add(1, std::memory_order_release);
    }
    callbacks.wake(managed_);
}

void TaskQueue::PostNonNestableTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation& location) {
    PostTaskImpl(std::move(task), location);
}

// Delayed tasks are V8's housekeeping (memory reducer and the like): they run at the first pump after their time.
void TaskQueue::PostDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay, const v8::SourceLocation&) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!closed_) delayed_.push_back({monotonic_seconds() + delay, std::move(task)});
}

void TaskQueue::PostNonNestableDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay, const v8::SourceLocation& location) {
    PostDelayedTaskImpl(std::move(task), delay, location);
}

std::vector<std::unique_ptr<v8::Task>> TaskQueue::take() {
    std::lock_guard<std::mutex> lock(mutex_);
    std::vector<std::unique_ptr<v8::Task>> ready = std::move(tasks_);
    tasks_.clear();
    waiting_.store(0, std::memory_order_release);
    if (!delayed_.empty()) {
        double now = monotonic_seconds();
        for (size_t i = 0; i < delayed_.size();) {
            if (delayed_[i].due <= now) {
                ready.push_back(std::move(delayed_[i].task));
                delayed_[i] = std::move(delayed_.back());
                delayed_.pop_back();
            } else {
                i++;
            }
        }
    }
    return ready;
}

void TaskQueue::close() {
    std::vector<std::unique_ptr<v8::Task>> dropped;
    std::vector<Delayed> dropped_delayed;
    std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    dropped.swap(tasks_);
    dropped_delayed.swap(delayed_);
    waiting_.store(0, std::memory_order_release);
}

// Date, Temporal and everything else in V8 that asks for the wall clock asks the platform. The platform is node's object;
// its class is not ours to derive from, so its virtual table is copied and the clock's entries replaced. Inside an entry
// the clock stands still at the time of the last I/O, as in Workers: no timing attack can count on it.
using Original = double (*)(void*);
static Original original_millis;
static Original original_high_resolution;
static int64_t (*original_milliseconds)(void*);

static double frozen_millis(void* self) { return frozen_now != 0 ? frozen_now : original_millis(self); }
static double frozen_high_resolution(void* self) { return frozen_now != 0 ? frozen_now : original_high_resolution(self); }
static int64_t frozen_milliseconds(void* self) {
    return frozen_now != 0 ? static_cast<int64_t>(frozen_now) : original_milliseconds(self);
}

// A pointer to a virtual member function holds 1 + the byte offset of its entry (Itanium C++ ABI 2.3; arm64 keeps the
// "virtual" bit in the second word instead).
template <class F>
static size_t virtual_index(F function) {
    uintptr_t words[2];
    static_assert(sizeof function == sizeof words);
    std::memcpy(words, &function, sizeof words);
#if defined(__aarch64__)
    return words[0] / sizeof(void*);
#else
    return (words[0] - 1) / sizeof(void*);
#endif
}

void freeze_platform_clock() {
    v8::Platform* base = platform;
    constexpr size_t kEntries = 128;  // more than v8::Platform and node's additions have; the rest of the page is harmless
    void*** object = reinterpret_cast<void***>(base);
    static void* table[kEntries + 2];
    std::memcpy(table, *object - 2, sizeof table);
    void** entries = table + 2;
    size_t millis = virtual_index(&v8::Platform::CurrentClockTimeMillis);
    size_t milliseconds = virtual_index(&v8::Platform::CurrentClockTimeMilliseconds);
    size_t high = virtual_index(&v8::Platform::CurrentClockTimeMillisecondsHighResolution);
    original_millis = reinterpret_cast<Original>(entries[millis]);
    original_milliseconds = reinterpret_cast<int64_t (*)(void*)>(entries[milliseconds]);
    original_high_resolution = reinterpret_cast<Original>(entries[high]);
    entries[millis] = reinterpret_cast<void*>(frozen_millis);
    entries[milliseconds] = reinterpret_cast<void*>(frozen_milliseconds);
    entries[high] = reinterpret_cast<void*>(frozen_high_resolution);
    *object = entries;
}

}  // namespace skep
