// The whole C ABI between the V8 shim and Skep.V8. C# mirrors it in Interop/NativeMethods.cs; `skep_abi_version` and the
// layout assertions in abi.cc keep both sides equal.
//
// Threads: every function that takes a SkepIsolate* and touches JavaScript needs the calling thread to be inside
// skep_enter/skep_exit. skep_terminate and skep_heap_condemned are callable from anywhere while the isolate lives.
// Slots (`void* slot`) are V8 local handles: valid until the enclosing entry or op call ends.
#pragma once
#include <cstddef>
#include <cstdint>

#define SKEP_API extern "C" __attribute__((visibility("default")))
#define SKEP_ABI_VERSION 2

struct SkepIsolate;
struct SkepWasm;

enum SkepKind : int32_t {
    SKEP_UNDEFINED = 0,
    SKEP_NULL = 1,
    SKEP_BOOL = 2,    // i32
    SKEP_INT32 = 3,   // i32
    SKEP_DOUBLE = 4,  // number
    SKEP_STRING = 5,  // slot, i32 = length in UTF-16 units, flags bit 0 = one byte per character
    SKEP_BYTES = 6,   // slot, data, length: an ArrayBuffer or a view on one
    SKEP_ARRAY = 7,   // slot, i32 = length
    SKEP_FUNCTION = 8,
    SKEP_OBJECT = 9,
    SKEP_PROMISE = 10,
    SKEP_OTHER = 11,  // symbol, bigint
    SKEP_THROW = 12,  // an op's result: throw the value in slot
};

// A JavaScript value as it crosses: small ones by value, others by handle with what one needs to read them.
struct SkepValue {
    int32_t kind;
    int32_t flags;
    int32_t i32;
    int32_t reserved;
    double number;
    void* slot;
    uint8_t* data;
    int64_t length;
};

enum SkepStatus : int32_t {
    SKEP_OK = 0,
    SKEP_EXCEPTION = 1,   // value is the exception
    SKEP_TERMINATED = 2,  // execution was terminated; nothing of the isolate's JavaScript runs until skep_resume
};

struct SkepResult {
    SkepValue value;
    int32_t status;
    int32_t rejections;  // promises rejected without a handler since the last skep_take_rejection
    int32_t tasks;       // platform tasks that wait for skep_pump
    int32_t condemned;   // the heap limit was reached
};

struct SkepOpFrame {
    SkepIsolate* isolate;
    void* managed;
    int32_t op;
    int32_t argc;
    SkepValue* args;
    SkepValue result;
};

// Managed functions that the shim calls.
struct SkepCallbacks {
    void (*op)(SkepOpFrame* frame);
    // Returns a module index, or -1 when it has thrown (skep_throw).
    int32_t (*resolve_module)(void* managed, const char16_t* specifier, int32_t specifier_length, int32_t referrer);
    // A platform task was posted from another thread while the isolate may be idle.
    void (*wake)(void* managed);
    // V8 is out of memory and would abort the process: the calling thread never returns (see docs/limits.md).
    void (*lost)(void* managed, const char* where);
};

struct SkepIsolateOptions {
    const uint8_t* snapshot;
    int64_t snapshot_length;
    void* managed;
    int64_t heap_limit;          // bytes of JavaScript heap and ArrayBuffers together
    const char* const* host_functions;  // names looked up on the snapshot's host object
    int32_t host_function_count;
    int32_t allow_eval;
};

struct SkepHeapStatistics {
    int64_t used;
    int64_t committed;
    int64_t limit;
    int64_t array_buffers;
    int64_t external;
    int64_t malloced;
    int64_t contexts;
    int64_t detached_contexts;
};

SKEP_API int32_t skep_abi_version();
SKEP_API const char* skep_v8_version();
SKEP_API void skep_initialize(const SkepCallbacks* callbacks, const char* const* op_names, int32_t op_count);

// Gives the kernel the pages in the middle of the C heap on which nothing lives any more. Takes milliseconds, any thread.
SKEP_API void skep_return_free_memory();

// The script of the snapshot that most isolates start from, ASCII. Set before that snapshot is made (from this very pointer) or
// used, it stays where it is: heaps refer to it instead of holding a copy each.
SKEP_API void skep_layer_source(const char* source, int64_t length);
// Snapshots. The result is malloced; free with skep_free. Null and a message in `error` when the script throws.
SKEP_API uint8_t* skep_snapshot_create(const char* source, int64_t source_length, const char* name, int64_t* length, char* error, int32_t error_capacity);
SKEP_API void skep_free(void* memory);
// 1 when the blob was made by this very V8 build.
SKEP_API int32_t skep_snapshot_valid(const uint8_t* blob, int64_t length);

SKEP_API SkepIsolate* skep_isolate_create(const SkepIsolateOptions* options);
SKEP_API void skep_isolate_dispose(SkepIsolate* isolate);
SKEP_API int32_t skep_entry_size();
SKEP_API void skep_enter(SkepIsolate* isolate, void* entry, double now_milliseconds);
SKEP_API void skep_exit(SkepIsolate* isolate, void* entry);
SKEP_API void skep_set_now(double now_milliseconds);
SKEP_API void skep_terminate(SkepIsolate* isolate);
SKEP_API void skep_resume(SkepIsolate* isolate);
SKEP_API int32_t skep_heap_condemned(SkepIsolate* isolate);
SKEP_API int32_t skep_array_buffers_refused(SkepIsolate* isolate);
// Charges memory that the host keeps for JavaScript to the isolate's limit; 0 when it does not fit. Inside an entry.
SKEP_API int32_t skep_charge(SkepIsolate* isolate, int64_t bytes);
// Takes such a charge back; any thread.
SKEP_API void skep_discharge(SkepIsolate* isolate, int64_t bytes);
// The event number in the continuation data, -1 when there is none (js/core/async-frame.ts).
SKEP_API int32_t skep_async_event(SkepIsolate* isolate);
SKEP_API int32_t skep_pump(SkepIsolate* isolate);
SKEP_API void skep_heap_statistics(SkepIsolate* isolate, SkepHeapStatistics* statistics);
SKEP_API void skep_low_memory(SkepIsolate* isolate, int32_t critical);

// Calls. Each may run the microtask queue before it returns.
SKEP_API void skep_call_host(SkepIsolate* isolate, int32_t function, const SkepValue* args, int32_t argc, int32_t microtasks, SkepResult* result);
SKEP_API void skep_call(SkepIsolate* isolate, void* function, void* receiver, const SkepValue* args, int32_t argc, int32_t microtasks, SkepResult* result);
SKEP_API void skep_microtasks(SkepIsolate* isolate, SkepResult* result);
SKEP_API void skep_run_script(SkepIsolate* isolate, const char* source, int64_t length, const char* name, const uint8_t* cache, int64_t cache_length, int32_t* cache_rejected, SkepResult* result);
// 1 and the promise and its reason, or 0. handled: a promise reported before got a handler since.
SKEP_API int32_t skep_take_rejection(SkepIsolate* isolate, SkepValue* promise, SkepValue* reason, int32_t* handled);
// Message and stack of a thrown value, UTF-8, cut at the capacities; returns the SkepStatus of reading them.
SKEP_API int32_t skep_describe_error(SkepIsolate* isolate, void* value, char* message, int32_t message_capacity, int32_t* message_length, char* stack, int32_t stack_capacity, int32_t* stack_length);

// Values.
SKEP_API void skep_decode(SkepIsolate* isolate, void* slot, SkepValue* value);
SKEP_API int32_t skep_array_decode(SkepIsolate* isolate, void* array, SkepValue* values, int32_t capacity);
SKEP_API void* skep_string_new(SkepIsolate* isolate, const uint8_t* bytes, int32_t length, int32_t utf8);
SKEP_API void* skep_string_new_utf16(SkepIsolate* isolate, const char16_t* text, int32_t length);
SKEP_API int32_t skep_string_write_latin1(SkepIsolate* isolate, void* string, uint8_t* buffer, int32_t length);
SKEP_API int32_t skep_string_write_utf16(SkepIsolate* isolate, void* string, char16_t* buffer, int32_t length);
SKEP_API int64_t skep_string_utf8_length(SkepIsolate* isolate, void* string);
SKEP_API int64_t skep_string_write_utf8(SkepIsolate* isolate, void* string, uint8_t* buffer, int64_t capacity);
// `blob` holds the strings one after the other, Latin-1; `lengths` their lengths.
SKEP_API void* skep_string_array_new(SkepIsolate* isolate, const uint8_t* blob, const int32_t* lengths, int32_t count);
SKEP_API void* skep_array_new(SkepIsolate* isolate, const SkepValue* values, int32_t count);
// A Uint8Array (or, view = 0, an ArrayBuffer) on fresh memory that the caller fills; null when the memory limit forbids it.
SKEP_API void* skep_bytes_new(SkepIsolate* isolate, int64_t length, int32_t view, uint8_t** data);
SKEP_API void* skep_object_new(SkepIsolate* isolate);
SKEP_API int32_t skep_object_set(SkepIsolate* isolate, void* object, const char* key, const SkepValue* value);
SKEP_API void skep_object_get(SkepIsolate* isolate, void* object, const char* key, SkepResult* result);
// class: 0 Error, 1 TypeError, 2 RangeError, 3 SyntaxError, 4 ReferenceError
SKEP_API void* skep_error_new(SkepIsolate* isolate, int32_t error_class, const uint8_t* message, int32_t length);
SKEP_API void skep_throw(SkepIsolate* isolate, void* exception);
SKEP_API void skep_json_parse(SkepIsolate* isolate, const uint8_t* text, int64_t length, SkepResult* result);

// Handles that outlive an entry.
SKEP_API int32_t skep_handle_new(SkepIsolate* isolate, void* slot);
SKEP_API void* skep_handle_get(SkepIsolate* isolate, int32_t handle);
SKEP_API void skep_handle_free(SkepIsolate* isolate, int32_t handle);

// Promises settled by the host.
SKEP_API int32_t skep_promise_new(SkepIsolate* isolate, void** promise);
SKEP_API void skep_promise_settle(SkepIsolate* isolate, int32_t resolver, const SkepValue* value, int32_t reject);
// 0 pending, 1 fulfilled, 2 rejected
SKEP_API int32_t skep_promise_state(SkepIsolate* isolate, void* promise, SkepValue* value);

// Modules are known by a small index inside their isolate.
SKEP_API int32_t skep_module_compile(SkepIsolate* isolate, const char* name, const char* source, int64_t length, const uint8_t* cache, int64_t cache_length, int32_t* cache_rejected, SkepResult* result);
SKEP_API int32_t skep_module_synthetic(SkepIsolate* isolate, const char* name, void* exports);
SKEP_API void skep_module_instantiate(SkepIsolate* isolate, int32_t module, SkepResult* result);
// The result is the evaluation promise.
SKEP_API void skep_module_evaluate(SkepIsolate* isolate, int32_t module, SkepResult* result);
SKEP_API void skep_module_namespace(SkepIsolate* isolate, int32_t module, SkepValue* result);
SKEP_API uint8_t* skep_module_code_cache(SkepIsolate* isolate, int32_t module, int64_t* length);
// `source` becomes the body of function(exports, require, module, …); the result is that function.
SKEP_API void skep_compile_function(SkepIsolate* isolate, const char* name, const char* source, int64_t length, const char* const* parameters, int32_t parameter_count, SkepResult* result);
// The same for a text that lives as long as the process, in ASCII: isolates share it. A cache that V8 refuses is ignored.
SKEP_API void skep_compile_shared_function(SkepIsolate* isolate, const char* name, const char* source, int64_t length, const char* const* parameters, int32_t parameter_count, const uint8_t* cache, int64_t cache_length, SkepResult* result);
// V8's code cache of a function, for skep_free.
SKEP_API uint8_t* skep_function_code_cache(SkepIsolate* isolate, void* function, int64_t* length);

// WebAssembly modules, compiled once and shared by isolates.
SKEP_API SkepWasm* skep_wasm_compile(SkepIsolate* isolate, const uint8_t* bytes, int64_t length, SkepResult* result);
SKEP_API void skep_wasm_module(SkepIsolate* isolate, SkepWasm* wasm, SkepResult* result);
SKEP_API void skep_wasm_free(SkepWasm* wasm);

// Diagnostics: text is written through `sink` in chunks.
typedef void (*SkepTextSink)(void* context, const char* text, int32_t length);
SKEP_API void skep_heap_snapshot(SkepIsolate* isolate, SkepTextSink sink, void* context);
SKEP_API int32_t skep_profile_start(SkepIsolate* isolate, int32_t interval_microseconds);
SKEP_API int32_t skep_profile_stop(SkepIsolate* isolate, SkepTextSink sink, void* context);
