// The layouts that Interop/ mirrors. A change here is a change of SKEP_ABI_VERSION.
#include "isolate.h"

static_assert(sizeof(SkepValue) == 48 && offsetof(SkepValue, number) == 16 && offsetof(SkepValue, slot) == 24 &&
              offsetof(SkepValue, data) == 32 && offsetof(SkepValue, length) == 40);
static_assert(sizeof(SkepResult) == 64 && offsetof(SkepResult, status) == 48 && offsetof(SkepResult, condemned) == 60);
static_assert(sizeof(SkepOpFrame) == 80 && offsetof(SkepOpFrame, op) == 16 && offsetof(SkepOpFrame, args) == 24 &&
              offsetof(SkepOpFrame, result) == 32);
static_assert(sizeof(SkepCallbacks) == 32 && sizeof(SkepIsolateOptions) == 48 && sizeof(SkepHeapStatistics) == 64);

SKEP_API int32_t skep_abi_version() { return SKEP_ABI_VERSION; }
SKEP_API const char* skep_v8_version() { return v8::V8::GetVersion(); }
SKEP_API void skep_free(void* memory) { free(memory); }
