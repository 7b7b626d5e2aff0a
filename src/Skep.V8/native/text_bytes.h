// A JavaScript string as UTF-8 for the duration of a call; lone surrogates become U+FFFD.
#pragma once
#include <cstdlib>
#include <string_view>

#include "isolate.h"

namespace skep {

class TextBytes {
public:
    TextBytes(v8::Isolate* isolate, v8::Local<v8::String> text) {
        // Most text is short and ASCII: three bytes for a code unit always suffice.
        size_t capacity = static_cast<size_t>(text->Length()) * 3;
        if (capacity > sizeof inline_) {
            capacity = text->Utf8LengthV2(isolate);
            if (capacity > sizeof inline_) data_ = static_cast<char*>(std::malloc(capacity));
        }
        length_ = text->WriteUtf8V2(isolate, data_, capacity, v8::String::WriteFlags::kReplaceInvalidUtf8);
    }
    ~TextBytes() {
        if (data_ != inline_) std::free(data_);
    }
    TextBytes(const TextBytes&) = delete;
    TextBytes& operator=(const TextBytes&) = delete;

    const char* data() const { return data_; }
    size_t length() const { return length_; }
    std::string_view view() const { return {data_, length_}; }

private:
    char inline_[2048];
    char* data_ = inline_;
    size_t length_ = 0;
};

}  // namespace skep
