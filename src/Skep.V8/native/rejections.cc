// Promises rejected without a handler.
#include "isolate.h"

namespace skep {

void RejectionList::add(v8::Isolate* isolate, v8::Local<v8::Promise> promise, v8::Local<v8::Value> reason) {
    if (count_ >= kMost) return;
    positions_.emplace(promise->GetIdentityHash(), first_ + list_.size());
    Rejection rejection;
    rejection.promise.Reset(isolate, promise);
    rejection.reason.Reset(isolate, reason);
    list_.push_back(std::move(rejection));
    count_++;
}

void RejectionList::add_handled(v8::Isolate* isolate, v8::Local<v8::Promise> promise) {
    if (count_ >= kMost) return;
    Rejection rejection;
    rejection.promise.Reset(isolate, promise);
    rejection.handled = true;
    list_.push_back(std::move(rejection));
    count_++;
}

bool RejectionList::remove(v8::Local<v8::Promise> promise) {
    if (count_ == 0) return false;
    auto [begin, end] = positions_.equal_range(promise->GetIdentityHash());
    for (auto i = begin; i != end; ++i) {
        Rejection& rejection = list_[static_cast<size_t>(i->second - first_)];
        if (rejection.promise != promise) continue;
        rejection = {};
        positions_.erase(i);
        if (--count_ == 0) clear();
        return true;
    }
    return false;
}

bool RejectionList::take(Rejection* rejection) {
    while (!list_.empty()) {
        *rejection = std::move(list_.front());
        list_.pop_front();
        uint64_t number = first_++;
        if (rejection->promise.IsEmpty()) continue;
        count_--;
        if (!rejection->handled) {
            v8::Isolate* isolate = v8::Isolate::GetCurrent();
            auto [begin, end] = positions_.equal_range(rejection->promise.Get(isolate)->GetIdentityHash());
            for (auto i = begin; i != end; ++i) {
                if (i->second != number) continue;
                positions_.erase(i);
                break;
            }
        }
        return true;
    }
    return false;
}

void RejectionList::clear() {
    first_ += list_.size();
    list_.clear();
    positions_.clear();
    count_ = 0;
}

}  // namespace skep
