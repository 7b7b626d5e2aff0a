#include "platform_table.h"

namespace skep {

void** platform_entries() {
    constexpr size_t kEntries = 128;  // more than v8::Platform and node's additions have; the rest of the page is harmless
    constexpr size_t kBefore = 2;     // the offset to the object's top, and its type
    static void* table[kBefore + kEntries];
    void**& entries = *reinterpret_cast<void***>(static_cast<v8::Platform*>(platform));
    if (entries != table + kBefore) {
        std::memcpy(table, entries - kBefore, sizeof table);
        entries = table + kBefore;
    }
    return entries;
}

}  // namespace skep
