// ArrayBuffer memory belongs to the isolate's memory limit: heap and buffers together may not exceed it. A refused
// allocation makes V8 collect garbage and try again, then throw a RangeError.
#include <cstdlib>

#include "isolate.h"

namespace skep {

// The heap's size is asked for only each time the buffers grow past another 4 MiB.
static constexpr int kCheckShift = 22;

bool ArrayBufferAllocator::fits_with_heap(int64_t used, int64_t limit) {
    v8::Isolate* owner = isolate.load(std::memory_order_relaxed);
    if (owner == nullptr || limit == INT64_MAX) return true;
    v8::HeapStatistics heap;
    owner->GetHeapStatistics(&heap);
    return used + static_cast<int64_t>(heap.used_heap_size()) <= limit;
}

// V8 aborts when it cannot move a typed array of up to 64 bytes out of its heap, as it must when an op looks at one.
static constexpr size_t kNeverRefused = 64;

bool ArrayBufferAllocator::reserve(size_t length) {
    int64_t limit = limit_.load(std::memory_order_relaxed);
    int64_t used = used_.fetch_add(static_cast<int64_t>(length), std::memory_order_relaxed) + static_cast<int64_t>(length);
    if (length <= kNeverRefused) return true;
    if (used <= limit && (used >> kCheckShift == (used - static_cast<int64_t>(length)) >> kCheckShift || fits_with_heap(used, limit))) {
        return true;
    }
    release(length);
    refused.store(true, std::memory_order_relaxed);
    just_refused.store(true, std::memory_order_relaxed);
    return false;
}

void* ArrayBufferAllocator::Allocate(size_t length) {
    if (!reserve(length)) return nullptr;
    fresh_.fetch_add(static_cast<int64_t>(length), std::memory_order_relaxed);
    void* data = std::calloc(length == 0 ? 1 : length, 1);
    if (data == nullptr) release(length);
    return data;
}

void* ArrayBufferAllocator::AllocateUninitialized(size_t length) {
    if (!reserve(length)) return nullptr;
    fresh_.fetch_add(static_cast<int64_t>(length), std::memory_order_relaxed);
    void* data = std::malloc(length == 0 ? 1 : length);
    if (data == nullptr) release(length);
    return data;
}

void ArrayBufferAllocator::Free(void* data, size_t length) {
    std::free(data);
    release(length);
}

}  // namespace skep
