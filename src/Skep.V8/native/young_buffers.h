#pragma once

#include "isolate.h"

namespace skep {

// Collects the young generation once enough was given out for buffers since the last collection; between two entries.
void collect_young_buffers(SkepIsolate* self);

// Held where V8 looks at all of its flags, as for code caches: one of them is set while such a collection lasts.
class SteadyFlags {
public:
    SteadyFlags();
    ~SteadyFlags();
    SteadyFlags(const SteadyFlags&) = delete;
    SteadyFlags& operator=(const SteadyFlags&) = delete;
};

// Lets others have what this thread holds of the flags; before it waits forever, too.
void release_flags();

// A context that is not given what belongs to that flag.
v8::Local<v8::Context> make_context(v8::Isolate* isolate);

}  // namespace skep
