using Microsoft.Win32.SafeHandles;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>A compiled WebAssembly module whose code isolates share.</summary>
public sealed unsafe class WasmModule : SafeHandleZeroOrMinusOneIsInvalid
{
    private WasmModule(nint handle)
        : base(ownsHandle: true) => SetHandle(handle);

    /// <summary>Compiles it in an isolate (inside an entry); null with the error in <paramref name="result"/>, else the value is
    /// the isolate's <c>WebAssembly.Module</c>.</summary>
    public static WasmModule? Compile(Isolate isolate, scoped ReadOnlySpan<byte> bytes, ref JsResult result)
    {
        result.Isolate = isolate.Handle;
        fixed (byte* code = bytes)
        fixed (ResultData* data = &result.Data)
        {
            var compiled = NativeMethods.skep_wasm_compile(isolate.Handle, code, bytes.Length, data);
            return compiled == 0 ? null : new WasmModule(compiled);
        }
    }

    /// <summary>The <c>WebAssembly.Module</c> for another isolate (inside its entry).</summary>
    public void Instantiate(Isolate isolate, ref JsResult result)
    {
        result.Isolate = isolate.Handle;
        fixed (ResultData* data = &result.Data) NativeMethods.skep_wasm_module(isolate.Handle, handle, data);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.skep_wasm_free(handle);
        return true;
    }
}
