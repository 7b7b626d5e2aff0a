// With --single-threaded-gc one thread collects, yet V8 makes jobs of the parts of a collection and waits for them, and node's platform
// wakes a thread of its pool for each, which finds nothing to do: switches of threads that cost more than a small collection. Here such
// a job is done by the thread that collects, alone.
#include "platform_table.h"

namespace skep {

static thread_local bool collecting = false;

namespace {

class JoiningThread final : public v8::JobDelegate {
public:
    bool ShouldYield() override { return false; }
    void NotifyConcurrencyIncrease() override {}
    uint8_t GetTaskId() override { return 0; }
    bool IsJoiningThread() const override { return true; }
};

// Done when somebody waits for it, by whoever waits.
class InlineJob final : public v8::JobHandle {
public:
    explicit InlineJob(std::unique_ptr<v8::JobTask> task) : task_(std::move(task)) {}

    void NotifyConcurrencyIncrease() override {}
    void Join() override {
        JoiningThread thread;
        while (IsActive()) task_->Run(&thread);
        task_.reset();
    }
    void Cancel() override { task_.reset(); }
    void CancelAndDetach() override { task_.reset(); }
    bool IsActive() override { return task_->GetMaxConcurrency(0) > 0; }
    bool IsValid() override { return task_ != nullptr; }

private:
    std::unique_ptr<v8::JobTask> task_;
};

// What makes jobs is protected.
struct Jobs : v8::Platform {
    static size_t entry() { return virtual_entry(&Jobs::CreateJobImpl); }
};

using CreateJob = std::unique_ptr<v8::JobHandle> (*)(v8::Platform*, v8::TaskPriority, std::unique_ptr<v8::JobTask>, const v8::SourceLocation&);
CreateJob original_create_job;

std::unique_ptr<v8::JobHandle> create_job(v8::Platform* self, v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                          const v8::SourceLocation& location) {
    if (collecting) return std::make_unique<InlineJob>(std::move(task));
    return original_create_job(self, priority, std::move(task), location);
}

}  // namespace

void begin_collection() { collecting = true; }
void end_collection() { collecting = false; }

void collect_alone() { replace_in_platform(Jobs::entry(), &create_job, original_create_job); }

}  // namespace skep
