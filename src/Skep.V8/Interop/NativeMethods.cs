using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Skep.V8.Interop;

/// <summary>The shim's functions, one for one as in native/skep_v8.h. Those marked to skip the GC transition neither allocate
/// in V8 nor call back: everything else may take long or be parked, and must not hold up .NET's collector.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Shim = "skep-engine";

    public const int AbiVersion = 2;

    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Shim ? NativeLibrary.Load(Engine.ShimPath) : 0;

    [LibraryImport(Shim), SuppressGCTransition] internal static partial int skep_abi_version();

    [LibraryImport(Shim)] internal static partial byte* skep_v8_version();

    [LibraryImport(Shim)] internal static partial void skep_return_free_memory();

    [LibraryImport(Shim)] internal static partial void skep_initialize(Callbacks* callbacks, byte** opNames, int opCount);

    [LibraryImport(Shim)]
    internal static partial byte* skep_snapshot_create(byte* source, long sourceLength, byte* name, long* length, byte* error, int errorCapacity);

    [LibraryImport(Shim)] internal static partial void skep_layer_source(byte* source, long length);

    [LibraryImport(Shim)] internal static partial void skep_free(void* memory);

    [LibraryImport(Shim)] internal static partial int skep_snapshot_valid(byte* blob, long length);

    [LibraryImport(Shim)] internal static partial nint skep_isolate_create(IsolateOptionsData* options);

    [LibraryImport(Shim)] internal static partial void skep_isolate_dispose(nint isolate);

    [LibraryImport(Shim), SuppressGCTransition] internal static partial int skep_entry_size();

    [LibraryImport(Shim)] internal static partial void skep_enter(nint isolate, void* entry, double now);

    [LibraryImport(Shim)] internal static partial void skep_exit(nint isolate, void* entry);

    [LibraryImport(Shim), SuppressGCTransition] internal static partial void skep_set_now(double now);

    [LibraryImport(Shim)] internal static partial void skep_terminate(nint isolate);

    [LibraryImport(Shim)] internal static partial void skep_resume(nint isolate);

    [LibraryImport(Shim), SuppressGCTransition] internal static partial int skep_heap_condemned(nint isolate);

    [LibraryImport(Shim), SuppressGCTransition] internal static partial int skep_array_buffers_refused(nint isolate);

    [LibraryImport(Shim)] internal static partial int skep_async_event(nint isolate);

    [LibraryImport(Shim)] internal static partial int skep_pump(nint isolate);

    [LibraryImport(Shim)] internal static partial void skep_heap_statistics(nint isolate, HeapStatistics* statistics);

    [LibraryImport(Shim)] internal static partial int skep_charge(nint isolate, long bytes);

    [LibraryImport(Shim), SuppressGCTransition] internal static partial void skep_discharge(nint isolate, long bytes);

    [LibraryImport(Shim)] internal static partial void skep_low_memory(nint isolate, int critical);

    [LibraryImport(Shim)]
    internal static partial void skep_call_host(nint isolate, int function, ValueData* args, int count, int microtasks, ResultData* result);

    [LibraryImport(Shim)]
    internal static partial void skep_call(nint isolate, nint function, nint receiver, ValueData* args, int count, int microtasks, ResultData* result);

    [LibraryImport(Shim)] internal static partial void skep_microtasks(nint isolate, ResultData* result);

    [LibraryImport(Shim)]
    internal static partial void skep_run_script(nint isolate, byte* source, long length, byte* name, byte* cache, long cacheLength, int* cacheRejected, ResultData* result);

    [LibraryImport(Shim)]
    internal static partial int skep_take_rejection(nint isolate, ValueData* promise, ValueData* reason, int* handled);

    [LibraryImport(Shim)]
    internal static partial JsStatus skep_describe_error(nint isolate, nint value, byte* message, int messageCapacity, int* messageLength, byte* stack, int stackCapacity, int* stackLength);

    [LibraryImport(Shim)] internal static partial void skep_decode(nint isolate, nint slot, ValueData* value);

    [LibraryImport(Shim)] internal static partial int skep_array_decode(nint isolate, nint array, ValueData* values, int capacity);

    [LibraryImport(Shim)] internal static partial nint skep_string_new(nint isolate, byte* bytes, int length, int utf8);

    [LibraryImport(Shim)] internal static partial nint skep_string_new_utf16(nint isolate, char* text, int length);

    [LibraryImport(Shim)] internal static partial int skep_string_write_latin1(nint isolate, nint text, byte* buffer, int length);

    [LibraryImport(Shim)] internal static partial int skep_string_write_utf16(nint isolate, nint text, char* buffer, int length);

    [LibraryImport(Shim)] internal static partial long skep_string_utf8_length(nint isolate, nint text);

    [LibraryImport(Shim)] internal static partial long skep_string_write_utf8(nint isolate, nint text, byte* buffer, long capacity);

    [LibraryImport(Shim)] internal static partial nint skep_string_array_new(nint isolate, byte* blob, int* lengths, int count);

    [LibraryImport(Shim)] internal static partial nint skep_array_new(nint isolate, ValueData* values, int count);

    [LibraryImport(Shim)] internal static partial nint skep_bytes_new(nint isolate, long length, int view, byte** data);

    [LibraryImport(Shim)] internal static partial nint skep_object_new(nint isolate);

    [LibraryImport(Shim)] internal static partial int skep_object_set(nint isolate, nint target, byte* key, ValueData* value);

    [LibraryImport(Shim)] internal static partial void skep_object_get(nint isolate, nint target, byte* key, ResultData* result);

    [LibraryImport(Shim)] internal static partial nint skep_error_new(nint isolate, JsErrorClass errorClass, byte* message, int length);

    [LibraryImport(Shim)] internal static partial void skep_throw(nint isolate, nint exception);

    [LibraryImport(Shim)] internal static partial void skep_json_parse(nint isolate, byte* text, long length, ResultData* result);

    [LibraryImport(Shim)] internal static partial int skep_handle_new(nint isolate, nint slot);

    [LibraryImport(Shim)] internal static partial nint skep_handle_get(nint isolate, int handle);

    [LibraryImport(Shim)] internal static partial void skep_handle_free(nint isolate, int handle);

    [LibraryImport(Shim)] internal static partial int skep_promise_new(nint isolate, nint* promise);

    [LibraryImport(Shim)] internal static partial void skep_promise_settle(nint isolate, int resolver, ValueData* value, int reject);

    [LibraryImport(Shim)] internal static partial int skep_promise_state(nint isolate, nint promise, ValueData* value);

    [LibraryImport(Shim)]
    internal static partial int skep_module_compile(nint isolate, byte* name, byte* source, long length, byte* cache, long cacheLength, int* cacheRejected, ResultData* result);

    [LibraryImport(Shim)] internal static partial int skep_module_synthetic(nint isolate, byte* name, nint exports);

    [LibraryImport(Shim)] internal static partial void skep_module_instantiate(nint isolate, int module, ResultData* result);

    [LibraryImport(Shim)] internal static partial void skep_module_evaluate(nint isolate, int module, ResultData* result);

    [LibraryImport(Shim)] internal static partial void skep_module_namespace(nint isolate, int module, ValueData* result);

    [LibraryImport(Shim)] internal static partial byte* skep_module_code_cache(nint isolate, int module, long* length);

    [LibraryImport(Shim)]
    internal static partial void skep_compile_function(nint isolate, byte* name, byte* source, long length, byte** parameters, int parameterCount, ResultData* result);

    [LibraryImport(Shim)]
    internal static partial void skep_compile_shared_function(
        nint isolate, byte* name, byte* source, long length, byte** parameters, int parameterCount, byte* cache, long cacheLength, ResultData* result);

    [LibraryImport(Shim)] internal static partial byte* skep_function_code_cache(nint isolate, nint function, long* length);

    [LibraryImport(Shim)] internal static partial nint skep_wasm_compile(nint isolate, byte* bytes, long length, ResultData* result);

    [LibraryImport(Shim)] internal static partial void skep_wasm_module(nint isolate, nint wasm, ResultData* result);

    [LibraryImport(Shim)] internal static partial void skep_wasm_free(nint wasm);

    [LibraryImport(Shim)]
    internal static partial void skep_heap_snapshot(nint isolate, delegate* unmanaged<nint, byte*, int, void> sink, nint context);

    [LibraryImport(Shim)] internal static partial int skep_profile_start(nint isolate, int intervalMicroseconds);

    [LibraryImport(Shim)]
    internal static partial int skep_profile_stop(nint isolate, delegate* unmanaged<nint, byte*, int, void> sink, nint context);
}
