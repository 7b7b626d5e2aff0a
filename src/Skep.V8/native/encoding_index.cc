// The Encoding Standard's indexes: read-only memory of the process that every isolate sees as strings, without a copy.
#include <string_view>

#include "native_ops.h"

__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    ".local skep_encoding_indexes\n"
    "skep_encoding_indexes:\n"
    ".incbin \"encoding-indexes.bin\"\n"
    ".previous\n");
extern "C" const uint16_t skep_encoding_indexes[] __attribute__((visibility("hidden")));

namespace skep {
namespace {

class Index final : public v8::String::ExternalStringResource {
public:
    constexpr Index(const char* name, size_t offset, size_t length) : name_(name), offset_(offset), length_(length) {}
    const uint16_t* data() const override { return skep_encoding_indexes + offset_; }
    size_t length() const override { return length_; }
    std::string_view name() const { return name_; }

protected:
    // Static: not V8's to delete.
    void Dispose() override {}

private:
    std::string_view name_;
    size_t offset_;
    size_t length_;
};

// encoding_index(name): string
void encoding_index(const v8::FunctionCallbackInfo<v8::Value>& info) {
    // Name, offset and length, in UTF-16 units.
    static Index indexes[] = {
#include "encoding_indexes.inc"
    };
    v8::Isolate* isolate = info.GetIsolate();
    v8::String::Utf8Value name(isolate, info[0]);
    for (Index& index : indexes) {
        if (index.name() != std::string_view(*name, name.length())) continue;
        v8::Local<v8::String> text;
        if (v8::String::NewExternalTwoByte(isolate, &index).ToLocal(&text)) info.GetReturnValue().Set(text);
        return;
    }
    isolate->ThrowError("There is no such index.");
}

const NativeOp table[] = {{"encoding_index", encoding_index}};

}  // namespace

extern const NativeOps encoding_index_ops = {table, std::size(table)};

}  // namespace skep
