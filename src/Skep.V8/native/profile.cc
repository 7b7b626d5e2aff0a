// CPU profiles and heap snapshots, in the formats that DevTools opens.
#include <v8-profiler.h>

#include "isolate.h"

namespace {

class Stream final : public v8::OutputStream {
public:
    Stream(SkepTextSink sink, void* context) : sink_(sink), context_(context) {}
    void EndOfStream() override {}
    int GetChunkSize() override { return 64 << 10; }
    WriteResult WriteAsciiChunk(char* data, int size) override {
        sink_(context_, data, size);
        return kContinue;
    }

private:
    SkepTextSink sink_;
    void* context_;
};

}  // namespace

SKEP_API void skep_heap_snapshot(SkepIsolate* self, SkepTextSink sink, void* context) {
    const v8::HeapSnapshot* snapshot = self->isolate->GetHeapProfiler()->TakeHeapSnapshot();
    Stream stream(sink, context);
    snapshot->Serialize(&stream);
    const_cast<v8::HeapSnapshot*>(snapshot)->Delete();
}

SKEP_API int32_t skep_profile_start(SkepIsolate* self, int32_t interval_microseconds) {
    if (self->profiler != nullptr) return 0;
    self->profiler = v8::CpuProfiler::New(self->isolate);
    self->profiler->SetSamplingInterval(interval_microseconds);
    return self->profiler->StartProfiling(v8::String::Empty(self->isolate), true) == v8::CpuProfilingStatus::kStarted ? 1 : 0;
}

SKEP_API int32_t skep_profile_stop(SkepIsolate* self, SkepTextSink sink, void* context) {
    if (self->profiler == nullptr) return 0;
    v8::CpuProfile* profile = self->profiler->StopProfiling(v8::String::Empty(self->isolate));
    if (profile != nullptr) {
        Stream stream(sink, context);
        profile->Serialize(&stream);
        profile->Delete();
    }
    self->profiler->Dispose();
    self->profiler = nullptr;
    return profile != nullptr ? 1 : 0;
}
