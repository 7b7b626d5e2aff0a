// Date, Temporal and everything else in V8 that asks for the wall clock asks the platform. Inside an entry the clock stands still at
// the time of the last I/O, as in Workers: no timing attack can count on it.
#include "platform_table.h"

namespace skep {

thread_local double frozen_now = 0;

template <class T>
using Clock = T (*)(v8::Platform*);
static Clock<double> original_millis;
static Clock<double> original_high_resolution;
static Clock<int64_t> original_milliseconds;

static double frozen_millis(v8::Platform* self) { return frozen_now != 0 ? frozen_now : original_millis(self); }
static double frozen_high_resolution(v8::Platform* self) { return frozen_now != 0 ? frozen_now : original_high_resolution(self); }
static int64_t frozen_milliseconds(v8::Platform* self) {
    return frozen_now != 0 ? static_cast<int64_t>(frozen_now) : original_milliseconds(self);
}

template <class T>
static void freeze(T (v8::Platform::*function)(), Clock<T> frozen, Clock<T>& original) {
    replace_in_platform(virtual_entry(function), frozen, original);
}

void freeze_platform_clock() {
    freeze(&v8::Platform::CurrentClockTimeMillis, frozen_millis, original_millis);
    freeze(&v8::Platform::CurrentClockTimeMillisecondsHighResolution, frozen_high_resolution, original_high_resolution);
    freeze(&v8::Platform::CurrentClockTimeMilliseconds, frozen_milliseconds, original_milliseconds);
}

}  // namespace skep
