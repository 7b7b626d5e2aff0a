#pragma once

#include "isolate.h"

namespace skep {

// Where a virtual function's entry is. A pointer to one holds 1 + the byte offset of its entry (Itanium C++ ABI 2.3; arm64 keeps the
// "virtual" bit in the second word instead).
template <class F>
size_t virtual_entry(F function) {
    uintptr_t words[2];
    static_assert(sizeof function == sizeof words);
    std::memcpy(words, &function, sizeof words);
#if defined(__aarch64__)
    return words[0] / sizeof(void*);
#else
    return (words[0] - 1) / sizeof(void*);
#endif
}

// The platform is node's object. Its class is not ours to derive from, so its virtual table is copied, and entries of that are replaced.
void** platform_entries();

// What was there is stored first: other threads call the platform meanwhile.
template <class F>
void replace_in_platform(size_t entry, F function, F& original) {
    void*& place = platform_entries()[entry];
    original = reinterpret_cast<F>(place);
    place = reinterpret_cast<void*>(function);
}

}  // namespace skep
