// V8's tasks go to our own queues.
#include <chrono>

#include "isolate.h"

namespace skep {

node::MultiIsolatePlatform* platform = nullptr;

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

}  // namespace skep
