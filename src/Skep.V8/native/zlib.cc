// Compression for node:zlib: zlib, Brotli and Zstandard as the node executable carries and exports them. A coder is a number
// inside its isolate; its memory counts against a limit of the isolate's.
#include <zlib.h>

#include <algorithm>

#include "bytes_view.h"
#include "native_ops.h"

extern "C" {
struct BrotliEncoderState;
struct BrotliDecoderState;
using brotli_alloc = void* (*)(void*, size_t);
using brotli_free = void (*)(void*, void*);
BrotliEncoderState* BrotliEncoderCreateInstance(brotli_alloc, brotli_free, void*);
void BrotliEncoderDestroyInstance(BrotliEncoderState*);
int BrotliEncoderSetParameter(BrotliEncoderState*, int, uint32_t);
int BrotliEncoderCompressStream(BrotliEncoderState*, int, size_t*, const uint8_t**, size_t*, uint8_t**, size_t*);
int BrotliEncoderIsFinished(BrotliEncoderState*);
int BrotliEncoderHasMoreOutput(BrotliEncoderState*);
BrotliDecoderState* BrotliDecoderCreateInstance(brotli_alloc, brotli_free, void*);
void BrotliDecoderDestroyInstance(BrotliDecoderState*);
int BrotliDecoderSetParameter(BrotliDecoderState*, int, uint32_t);
int BrotliDecoderDecompressStream(BrotliDecoderState*, size_t*, const uint8_t**, size_t*, uint8_t**, size_t*);
int BrotliDecoderGetErrorCode(const BrotliDecoderState*);
const char* BrotliDecoderErrorString(int);

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;
struct ZSTD_customMem {
    void* (*allocate)(void*, size_t);
    void (*free)(void*, void*);
    void* opaque;
};
struct ZSTD_inBuffer {
    const void* src;
    size_t size;
    size_t pos;
};
struct ZSTD_outBuffer {
    void* dst;
    size_t size;
    size_t pos;
};
ZSTD_CCtx_s* ZSTD_createCCtx_advanced(ZSTD_customMem);
ZSTD_DCtx_s* ZSTD_createDCtx_advanced(ZSTD_customMem);
size_t ZSTD_freeCCtx(ZSTD_CCtx_s*);
size_t ZSTD_freeDCtx(ZSTD_DCtx_s*);
size_t ZSTD_CCtx_setParameter(ZSTD_CCtx_s*, int, int);
size_t ZSTD_DCtx_setParameter(ZSTD_DCtx_s*, int, int);
size_t ZSTD_CCtx_setPledgedSrcSize(ZSTD_CCtx_s*, unsigned long long);
size_t ZSTD_CCtx_reset(ZSTD_CCtx_s*, int);
size_t ZSTD_DCtx_reset(ZSTD_DCtx_s*, int);
size_t ZSTD_compressStream2(ZSTD_CCtx_s*, ZSTD_outBuffer*, ZSTD_inBuffer*, int);
size_t ZSTD_decompressStream(ZSTD_DCtx_s*, ZSTD_outBuffer*, ZSTD_inBuffer*);
unsigned ZSTD_isError(size_t);
int ZSTD_getErrorCode(size_t);
const char* ZSTD_getErrorString(int);
}

namespace skep {
namespace {

// Node.js' numbers.
enum Mode : int32_t { kDeflate = 1, kInflate, kGzip, kGunzip, kDeflateRaw, kInflateRaw, kUnzip, kBrotliDecode, kBrotliEncode, kZstdCompress, kZstdDecompress };

// What the coders of an isolate may use together, in bytes.
constexpr size_t kMemoryLimit = 128 << 20;
constexpr size_t kMostCoders = 4096;

struct Failure {
    const char* message = nullptr;
    std::string code;
    int number = 0;
};

// Memory that is counted: its size stands before each piece.
void* take(void* opaque, size_t size) {
    auto* used = static_cast<size_t*>(opaque);
    if (size > kMemoryLimit || *used + size > kMemoryLimit) return nullptr;
    auto* piece = static_cast<size_t*>(std::malloc(size + 16));
    if (piece == nullptr) return nullptr;
    *piece = size;
    *used += size;
    return piece + 2;
}

// The same without a limit, for Brotli's compressor: it ends the process (exit(1)) when it gets no memory. Who uses it looks at
// the limit before and after each step.
void* take_always(void* opaque, size_t size) {
    auto* piece = static_cast<size_t*>(std::malloc(size + 16));
    if (piece == nullptr) return nullptr;
    *piece = size;
    *static_cast<size_t*>(opaque) += size;
    return piece + 2;
}

void give(void* opaque, void* memory) {
    if (memory == nullptr) return;
    auto* piece = static_cast<size_t*>(memory) - 2;
    *static_cast<size_t*>(opaque) -= *piece;
    std::free(piece);
}

void* take_items(void* opaque, unsigned items, unsigned size) { return take(opaque, static_cast<size_t>(items) * size); }

struct Work {
    const uint8_t* in;
    size_t in_length;
    uint8_t* out;
    size_t out_length;
    int flush;
};

class Coder : public NativeState {
public:
    int kind() const override { return 0; }
    virtual bool open() = 0;
    virtual void close() = 0;
    // Moves what it can; `work` has the rest afterwards.
    virtual Failure step(Work* work) = 0;
    virtual bool set(int, int) { return false; }
};

const char* zlib_code(int error) {
    switch (error) {
        case Z_NEED_DICT: return "Z_NEED_DICT";
        case Z_STREAM_ERROR: return "Z_STREAM_ERROR";
        case Z_DATA_ERROR: return "Z_DATA_ERROR";
        case Z_MEM_ERROR: return "Z_MEM_ERROR";
        case Z_BUF_ERROR: return "Z_BUF_ERROR";
        case Z_VERSION_ERROR: return "Z_VERSION_ERROR";
        default: return "Z_ERRNO";
    }
}

class ZlibCoder final : public Coder {
public:
    ZlibCoder(size_t* used, Mode mode, int window, int level, int memory, int strategy, std::vector<uint8_t> dictionary, bool strict)
        : used_(used), mode_(mode), window_(window), level_(level), memory_(memory), strategy_(strategy), dictionary_(std::move(dictionary)), strict_(strict) {}
    ~ZlibCoder() override { close(); }

    bool open() override {
        stream_ = {};
        stream_.zalloc = take_items;
        stream_.zfree = give;
        stream_.opaque = used_;
        began_ = false;
        gzip_ = mode_ == kGunzip;
        int error = 0;
        switch (mode_) {
            case kDeflate: error = deflateInit2(&stream_, level_, Z_DEFLATED, window_, memory_, strategy_); break;
            case kGzip: error = deflateInit2(&stream_, level_, Z_DEFLATED, window_ + 16, memory_, strategy_); break;
            case kDeflateRaw: error = deflateInit2(&stream_, level_, Z_DEFLATED, -window_, memory_, strategy_); break;
            case kInflate: error = inflateInit2(&stream_, window_); break;
            case kGunzip: error = inflateInit2(&stream_, window_ + 16); break;
            case kUnzip: error = inflateInit2(&stream_, window_ + 32); break;
            default: error = inflateInit2(&stream_, -window_); break;
        }
        opened_ = error == Z_OK;
        if (opened_ && !dictionary_.empty()) {
            auto size = static_cast<uInt>(dictionary_.size());
            if (mode_ == kDeflate || mode_ == kDeflateRaw) error = deflateSetDictionary(&stream_, dictionary_.data(), size);
            else if (mode_ == kInflateRaw) error = inflateSetDictionary(&stream_, dictionary_.data(), size);
        }
        return error == Z_OK;
    }

    void close() override {
        if (!opened_) return;
        opened_ = false;
        if (compresses()) deflateEnd(&stream_);
        else inflateEnd(&stream_);
    }

    bool set(int level, int strategy) override {
        if (!compresses()) return true;
        // It may want to write, but everything was flushed before: the buffers of the last step are gone.
        uint8_t none = 0;
        stream_.next_in = stream_.next_out = &none;
        stream_.avail_in = stream_.avail_out = 0;
        int error = deflateParams(&stream_, level, strategy);
        stream_.next_in = stream_.next_out = nullptr;
        return error == Z_OK || error == Z_BUF_ERROR;
    }

    Failure step(Work* work) override {
        stream_.next_in = const_cast<uint8_t*>(work->in);
        stream_.avail_in = static_cast<uInt>(work->in_length);
        stream_.next_out = work->out;
        stream_.avail_out = static_cast<uInt>(work->out_length);
        if (mode_ == kUnzip && !began_ && work->in_length > 0) gzip_ = work->in[0] == 0x1F;
        began_ = began_ || work->in_length > 0;
        if (!opened_) return {"Stream is closed", "Z_STREAM_ERROR", Z_STREAM_ERROR};
        int error = compresses() ? deflate(&stream_, work->flush) : expand(work->flush);
        work->in_length = stream_.avail_in;
        work->out_length = stream_.avail_out;
        stream_.next_in = stream_.next_out = nullptr;
        switch (error) {
            case Z_OK:
            case Z_BUF_ERROR:
                if (work->out_length != 0 && work->flush == Z_FINISH) return {"unexpected end of file", "Z_BUF_ERROR", Z_BUF_ERROR};
                return {};
            case Z_STREAM_END:
                return {};
            case Z_NEED_DICT:
                return {dictionary_.empty() ? "Missing dictionary" : "Bad dictionary", "Z_NEED_DICT", Z_NEED_DICT};
            default:
                if (bad_dictionary_) return {"Bad dictionary", "Z_DATA_ERROR", Z_DATA_ERROR};
                return {stream_.msg == nullptr ? "Zlib error" : stream_.msg, zlib_code(error), error};
        }
    }

private:
    bool compresses() const { return mode_ == kDeflate || mode_ == kGzip || mode_ == kDeflateRaw; }

    int expand(int flush) {
        int error = inflate(&stream_, flush);
        if (error == Z_NEED_DICT && !dictionary_.empty() && mode_ != kInflateRaw) {
            error = inflateSetDictionary(&stream_, dictionary_.data(), static_cast<uInt>(dictionary_.size()));
            if (error == Z_OK) error = inflate(&stream_, flush);
            else if (error == Z_DATA_ERROR) bad_dictionary_ = true;
        }
        // A gzip file may consist of several, one after the other; zeros after it are padding.
        while (error == Z_STREAM_END && gzip_ && !strict_ && stream_.avail_in > 0 && stream_.next_in[0] != 0) {
            inflateReset(&stream_);
            error = inflate(&stream_, flush);
        }
        return error;
    }

    size_t* used_;
    Mode mode_;
    int window_;
    int level_;
    int memory_;
    int strategy_;
    std::vector<uint8_t> dictionary_;
    bool strict_;
    bool opened_ = false;
    bool began_ = false;
    bool gzip_ = false;
    bool bad_dictionary_ = false;
    z_stream stream_{};
};

using Parameters = std::vector<int32_t>;

class BrotliCompressor final : public Coder {
public:
    BrotliCompressor(size_t* used, Parameters parameters) : used_(used), parameters_(std::move(parameters)) {}
    ~BrotliCompressor() override { close(); }

    bool open() override {
        // A larger window needs gigabytes at once.
        if (parameters_.size() > kWindowParameter && parameters_[kWindowParameter] > kLargestWindow) return false;
        state_ = BrotliEncoderCreateInstance(take_always, give, used_);
        if (state_ == nullptr) return false;
        for (size_t i = 0; i < parameters_.size(); i++) {
            if (parameters_[i] != -1 && !BrotliEncoderSetParameter(state_, static_cast<int>(i), static_cast<uint32_t>(parameters_[i]))) return false;
        }
        return true;
    }

    void close() override {
        if (state_ != nullptr) BrotliEncoderDestroyInstance(state_);
        state_ = nullptr;
    }

    Failure step(Work* work) override {
        if (state_ == nullptr || work->flush < 0 || work->flush > 3) return {"Stream is closed", "Z_STREAM_ERROR", Z_STREAM_ERROR};
        if (*used_ > kMemoryLimit) return exhausted();
        int done = BrotliEncoderCompressStream(state_, work->flush, &work->in_length, &work->in, &work->out_length, &work->out, nullptr);
        if (!done) return {"Compression failed", "ERR_BROTLI_COMPRESSION_FAILED", -1};
        return *used_ > kMemoryLimit ? exhausted() : Failure{};
    }

private:
    static constexpr size_t kWindowParameter = 2;
    static constexpr int kLargestWindow = 24;

    Failure exhausted() {
        close();
        return {"Compression failed: out of memory", "ERR_BROTLI_COMPRESSION_FAILED", -1};
    }

    size_t* used_;
    Parameters parameters_;
    BrotliEncoderState* state_ = nullptr;
};

class BrotliExpander final : public Coder {
public:
    BrotliExpander(size_t* used, Parameters parameters) : used_(used), parameters_(std::move(parameters)) {}
    ~BrotliExpander() override { close(); }

    bool open() override {
        state_ = BrotliDecoderCreateInstance(take, give, used_);
        if (state_ == nullptr) return false;
        for (size_t i = 0; i < parameters_.size(); i++) {
            if (parameters_[i] != -1 && !BrotliDecoderSetParameter(state_, static_cast<int>(i), static_cast<uint32_t>(parameters_[i]))) return false;
        }
        return true;
    }

    void close() override {
        if (state_ != nullptr) BrotliDecoderDestroyInstance(state_);
        state_ = nullptr;
    }

    Failure step(Work* work) override {
        if (state_ == nullptr) return {"Stream is closed", "Z_STREAM_ERROR", Z_STREAM_ERROR};
        constexpr int kError = 0;
        constexpr int kNeedsInput = 2;
        int result = BrotliDecoderDecompressStream(state_, &work->in_length, &work->in, &work->out_length, &work->out, nullptr);
        if (result == kError) {
            int number = BrotliDecoderGetErrorCode(state_);
            return {"Decompression failed", std::string("ERR_") + BrotliDecoderErrorString(number), number};
        }
        if (result == kNeedsInput && work->flush != 0) return {"unexpected end of file", "Z_BUF_ERROR", Z_BUF_ERROR};
        return {};
    }

private:
    size_t* used_;
    Parameters parameters_;
    BrotliDecoderState* state_ = nullptr;
};

const char* zstd_code(int number) {
    switch (number) {
        case 10: return "ZSTD_error_prefix_unknown";
        case 12: return "ZSTD_error_version_unsupported";
        case 14: return "ZSTD_error_frameParameter_unsupported";
        case 16: return "ZSTD_error_frameParameter_windowTooLarge";
        case 20: return "ZSTD_error_corruption_detected";
        case 22: return "ZSTD_error_checksum_wrong";
        case 24: return "ZSTD_error_literals_headerWrong";
        case 30: return "ZSTD_error_dictionary_corrupted";
        case 32: return "ZSTD_error_dictionary_wrong";
        case 40: return "ZSTD_error_parameter_unsupported";
        case 42: return "ZSTD_error_parameter_outOfBound";
        case 60: return "ZSTD_error_stage_wrong";
        case 64: return "ZSTD_error_memory_allocation";
        case 70: return "ZSTD_error_dstSize_tooSmall";
        case 72: return "ZSTD_error_srcSize_wrong";
        default: return "ZSTD_error_GENERIC";
    }
}

Failure zstd_failure(size_t result) {
    int number = ZSTD_getErrorCode(result);
    return {ZSTD_getErrorString(number), zstd_code(number), number};
}

class ZstdCoder final : public Coder {
public:
    ZstdCoder(size_t* used, bool compress, Parameters parameters, double size) : used_(used), compress_(compress), parameters_(std::move(parameters)), size_(size) {}
    ~ZstdCoder() override { close(); }

    bool open() override {
        ZSTD_customMem memory{take, give, used_};
        if (compress_) compressor_ = ZSTD_createCCtx_advanced(memory);
        else expander_ = ZSTD_createDCtx_advanced(memory);
        if (compressor_ == nullptr && expander_ == nullptr) return false;
        for (size_t i = 0; i < parameters_.size(); i++) {
            if (parameters_[i] == -1) continue;
            size_t result = compress_ ? ZSTD_CCtx_setParameter(compressor_, static_cast<int>(i), parameters_[i])
                                      : ZSTD_DCtx_setParameter(expander_, static_cast<int>(i), parameters_[i]);
            if (ZSTD_isError(result)) return false;
        }
        return !compress_ || size_ < 0 || !ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(compressor_, static_cast<unsigned long long>(size_)));
    }

    void close() override {
        if (compressor_ != nullptr) ZSTD_freeCCtx(compressor_);
        if (expander_ != nullptr) ZSTD_freeDCtx(expander_);
        compressor_ = nullptr;
        expander_ = nullptr;
    }

    Failure step(Work* work) override {
        if (compressor_ == nullptr && expander_ == nullptr) return {"Stream is closed", "Z_STREAM_ERROR", Z_STREAM_ERROR};
        // After a frame there is nothing to end.
        if (!compress_ && whole_ && work->in_length == 0) return {};
        ZSTD_inBuffer in{work->in, work->in_length, 0};
        ZSTD_outBuffer out{work->out, work->out_length, 0};
        size_t result = compress_ ? ZSTD_compressStream2(compressor_, &out, &in, work->flush) : ZSTD_decompressStream(expander_, &out, &in);
        work->in_length -= in.pos;
        work->out_length -= out.pos;
        if (ZSTD_isError(result)) return zstd_failure(result);
        whole_ = result == 0;
        constexpr int kEnd = 2;
        if (!compress_ && result != 0 && work->flush == kEnd && work->in_length == 0 && work->out_length > 0) {
            return {"unexpected end of file", "Z_BUF_ERROR", Z_BUF_ERROR};
        }
        return {};
    }

private:
    size_t* used_;
    bool compress_;
    Parameters parameters_;
    double size_;
    bool whole_ = true;
    ZSTD_CCtx_s* compressor_ = nullptr;
    ZSTD_DCtx_s* expander_ = nullptr;
};

Coder* find(const v8::FunctionCallbackInfo<v8::Value>& info, int32_t* number = nullptr) {
    auto* self = SkepIsolate::of(info.GetIsolate());
    if (!info[0]->IsInt32()) return nullptr;
    int32_t id = info[0].As<v8::Int32>()->Value();
    if (number != nullptr) *number = id;
    auto found = self->coders.find(id);
    return found == self->coders.end() ? nullptr : static_cast<Coder*>(found->second.get());
}

int32_t integer(v8::Local<v8::Value> value, int32_t otherwise = 0) { return value->IsInt32() ? value.As<v8::Int32>()->Value() : otherwise; }

Parameters parameters_of(v8::Local<v8::Value> value) {
    MutableBytes bytes = mutable_bytes_of(value);
    Parameters list(bytes.length / 4);
    if (!list.empty()) std::memcpy(list.data(), bytes.data, list.size() * 4);
    return list;
}

// zlib_open(mode, parameters: Int32Array, dictionary | undefined, strict, size): number | undefined
void zlib_open(const v8::FunctionCallbackInfo<v8::Value>& info) {
    auto* self = SkepIsolate::of(info.GetIsolate());
    if (self->coders.size() >= kMostCoders) return;
    auto mode = static_cast<Mode>(integer(info[0]));
    Parameters parameters = parameters_of(info[1]);
    size_t* used = &self->coder_bytes;
    std::unique_ptr<Coder> coder;
    if (mode >= kDeflate && mode <= kUnzip) {
        parameters.resize(4);
        MutableBytes dictionary = mutable_bytes_of(info[2]);
        coder = std::make_unique<ZlibCoder>(used, mode, parameters[0], parameters[1], parameters[2], parameters[3],
                                            std::vector<uint8_t>(dictionary.data, dictionary.data + dictionary.length), info[3]->IsTrue());
    } else if (mode == kBrotliEncode) {
        coder = std::make_unique<BrotliCompressor>(used, std::move(parameters));
    } else if (mode == kBrotliDecode) {
        coder = std::make_unique<BrotliExpander>(used, std::move(parameters));
    } else if (mode == kZstdCompress || mode == kZstdDecompress) {
        double size = info[4]->IsNumber() ? info[4].As<v8::Number>()->Value() : -1;
        coder = std::make_unique<ZstdCoder>(used, mode == kZstdCompress, std::move(parameters), size);
    }
    if (coder == nullptr || !coder->open()) return;
    int32_t id = ++self->last_coder;
    self->coders[id] = std::move(coder);
    info.GetReturnValue().Set(id);
}

// zlib_step(coder, flush, in, inStart, inLength, out, outStart, outLength, state): undefined | [message, code, number]; the state
// receives the room left in the output and the bytes left of the input
void zlib_step(const v8::FunctionCallbackInfo<v8::Value>& info) {
    v8::Isolate* isolate = info.GetIsolate();
    Coder* coder = find(info);
    MutableBytes in = mutable_bytes_of(info[2]);
    MutableBytes out = mutable_bytes_of(info[5]);
    MutableBytes state = mutable_bytes_of(info[8]);
    auto count = [&](int index) { return static_cast<size_t>(std::max(integer(info[index]), 0)); };
    size_t in_start = count(3);
    size_t out_start = count(6);
    if (coder == nullptr || state.length < 8 || in_start > in.length || count(4) > in.length - in_start || out_start > out.length ||
        count(7) > out.length - out_start) {
        isolate->ThrowException(v8::Exception::Error(utf8(isolate, "The compressor is closed.")));
        return;
    }
    static const uint8_t nothing = 0;
    Work work{in.data == nullptr ? &nothing : in.data + in_start, count(4), out.data + out_start, count(7), integer(info[1])};
    Failure failure = coder->step(&work);
    uint32_t left[] = {static_cast<uint32_t>(work.out_length), static_cast<uint32_t>(work.in_length)};
    std::memcpy(state.data, left, sizeof left);
    if (failure.message == nullptr) return;
    v8::Local<v8::Value> parts[] = {utf8(isolate, failure.message), utf8(isolate, failure.code.c_str()), v8::Integer::New(isolate, failure.number)};
    info.GetReturnValue().Set(v8::Array::New(isolate, parts, 3));
}

// zlib_params(coder, level, strategy): boolean
void zlib_params(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Coder* coder = find(info);
    info.GetReturnValue().Set(coder != nullptr && coder->set(integer(info[1]), integer(info[2])));
}

// zlib_reset(coder): boolean
void zlib_reset(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Coder* coder = find(info);
    if (coder != nullptr) coder->close();
    info.GetReturnValue().Set(coder != nullptr && coder->open());
}

// zlib_close(coder)
void zlib_close(const v8::FunctionCallbackInfo<v8::Value>& info) {
    int32_t id = 0;
    if (find(info, &id) != nullptr) SkepIsolate::of(info.GetIsolate())->coders.erase(id);
}

// zlib_crc32(view, start): number
void zlib_crc32(const v8::FunctionCallbackInfo<v8::Value>& info) {
    MutableBytes bytes = mutable_bytes_of(info[0]);
    uint32_t value = info[1]->IsUint32() ? info[1].As<v8::Uint32>()->Value() : 0;
    if (bytes.length > 0) value = static_cast<uint32_t>(crc32(value, bytes.data, static_cast<uInt>(bytes.length)));
    info.GetReturnValue().Set(value);
}

const NativeOp table[] = {
    {"zlib_open", zlib_open},   {"zlib_step", zlib_step},   {"zlib_params", zlib_params},
    {"zlib_reset", zlib_reset}, {"zlib_close", zlib_close}, {"zlib_crc32", zlib_crc32},
};

}  // namespace

extern const NativeOps zlib_ops = {table, std::size(table)};

}  // namespace skep
