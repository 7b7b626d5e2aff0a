// Resizable ArrayBuffers and WebAssembly memories. V8 reserves their address space whole and makes pages of it usable as
// they grow, through its page allocator and not through the isolate's ArrayBuffer allocator: those pages belong to the memory
// limit like every other buffer, and each reservation costs the process mappings, of which it has 65,530.
#include <algorithm>
#include <cstdio>
#include <dlfcn.h>
#include <iterator>
#include <sys/mman.h>
#include <unistd.h>

#include "isolate.h"

namespace skep {

thread_local SkepIsolate* entered = nullptr;

namespace {

using Permission = v8::PageAllocator::Permission;

// What a reservation is charged before any of it is used.
constexpr size_t kCost = 128 << 10;

struct Reservation {
    size_t length;
    uintptr_t buffer;  // where the buffer begins
    size_t usable;
    std::shared_ptr<ArrayBufferAllocator> owner;
};

std::mutex mutex;
std::map<uintptr_t, Reservation> reservations;  // by their first address

void* (*allocate)(void*, void*, size_t, size_t, Permission);
bool (*free_pages)(void*, void*, size_t);
bool (*set_permissions)(void*, void*, size_t, Permission);

uintptr_t address_of(void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

Reservation* find(void* address) {
    auto after = reservations.upper_bound(address_of(address));
    if (after == reservations.begin()) return nullptr;
    auto& [start, reservation] = *std::prev(after);
    return address_of(address) < start + reservation.length ? &reservation : nullptr;
}

void* allocate_counted(void* self, void* hint, size_t length, size_t alignment, Permission permission) {
    // The heap's chunks can be used from the start.
    if (entered == nullptr || permission != Permission::kNoAccess) return allocate(self, hint, length, alignment, permission);
    std::shared_ptr<ArrayBufferAllocator> owner = entered->allocator;
    if (!owner->reserve(kCost)) return nullptr;
    void* start = allocate(self, hint, length, alignment, permission);
    if (start == nullptr) {
        owner->release(kCost);
        return nullptr;
    }
    std::lock_guard<std::mutex> lock(mutex);
    reservations[address_of(start)] = {length, 0, 0, std::move(owner)};
    return start;
}

bool free_counted(void* self, void* address, size_t length) {
    {
        std::lock_guard<std::mutex> lock(mutex);
        auto found = reservations.find(address_of(address));
        if (found != reservations.end()) {
            found->second.owner->release(found->second.usable + kCost);
            reservations.erase(found);
        }
    }
    return free_pages(self, address, length);
}

bool set_permissions_counted(void* self, void* address, size_t length, Permission permission) {
    std::lock_guard<std::mutex> lock(mutex);
    Reservation* reservation = find(address);
    if (reservation == nullptr) return set_permissions(self, address, length, permission);
    // Buffers grow and shrink at their end; V8 names all of the new length or the difference. There may be guard pages before.
    if (reservation->usable == 0) reservation->buffer = address_of(address);
    size_t from = address_of(address) - reservation->buffer;
    size_t before = reservation->usable;
    size_t after = permission == Permission::kNoAccess ? std::min(before, from) : std::max(before, from + length);
    if (after > before && !reservation->owner->reserve(after - before)) return false;
    bool done = set_permissions(self, address, length, permission);
    size_t unused = done ? before - std::min(before, after) : after - std::min(before, after);
    if (unused > 0) reservation->owner->release(unused);
    if (done) reservation->usable = after;
    return done;
}

// Replaces an entry of a virtual table by `ours`, wherever it is; the function that was there.
template <class F>
void replace(void** table, const char* symbol, F ours, F* original) {
    void* function = dlsym(RTLD_DEFAULT, symbol);
    constexpr size_t kEntries = 24;
    for (size_t i = 0; function != nullptr && i < kEntries; i++) {
        if (table[i] != function) continue;
        *original = reinterpret_cast<F>(function);
        table[i] = reinterpret_cast<void*>(ours);
        return;
    }
    std::fprintf(stderr, "skep: node's V8 has no %s in its page allocator: another version than the pinned one?\n", symbol);
    _exit(70);
}

}  // namespace

// V8's page allocator is an object that only V8 knows, of a class whose functions node exports: they are replaced in the
// virtual table that all of its objects share.
void count_reservations() {
    alignas(16) char object[128];
    auto construct = reinterpret_cast<void (*)(void*)>(dlsym(RTLD_DEFAULT, "_ZN2v84base13PageAllocatorC1Ev"));
    if (construct == nullptr) {
        std::fprintf(stderr, "skep: node's V8 has no v8::base::PageAllocator: another version than the pinned one?\n");
        _exit(70);
    }
    construct(object);
    void** table = *reinterpret_cast<void***>(object);
    size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    void* first = reinterpret_cast<void*>(address_of(table) & ~(page - 1));
    mprotect(first, 2 * page, PROT_READ | PROT_WRITE);
    replace(table, "_ZN2v84base13PageAllocator13AllocatePagesEPvmmNS_13PageAllocator10PermissionE", allocate_counted, &allocate);
    replace(table, "_ZN2v84base13PageAllocator9FreePagesEPvm", free_counted, &free_pages);
    replace(table, "_ZN2v84base13PageAllocator14SetPermissionsEPvmNS_13PageAllocator10PermissionE", set_permissions_counted, &set_permissions);
    mprotect(first, 2 * page, PROT_READ);
}

}  // namespace skep
