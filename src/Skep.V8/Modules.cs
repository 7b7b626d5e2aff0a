using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>Modules, known by a small number inside their isolate. All inside an entry.</summary>
public static unsafe class Modules
{
    /// <summary>Compiles an ES module; returns its number, or -1 with the error in <paramref name="result"/>.
    /// A <paramref name="cache"/> that V8 refuses is ignored and reported.</summary>
    public static int CompileModule(this Isolate isolate, string name, scoped ReadOnlySpan<byte> source, scoped ReadOnlySpan<byte> cache, ref JsResult result, out bool cacheRejected)
    {
        result.Isolate = isolate.Handle;
        int rejected;
        int module;
        fixed (byte* moduleName = Utf8Text.Terminated(name))
        fixed (byte* text = source)
        fixed (byte* cached = cache)
        fixed (ResultData* data = &result.Data)
        {
            module = NativeMethods.skep_module_compile(isolate.Handle, moduleName, text, source.Length, cached, cache.Length, &rejected, data);
        }

        cacheRejected = rejected != 0;
        return module;
    }

    /// <summary>A module whose exports are the own properties of an object.</summary>
    public static int NewSyntheticModule(this Isolate isolate, string name, JsLocal exports)
    {
        fixed (byte* moduleName = Utf8Text.Terminated(name)) return NativeMethods.skep_module_synthetic(isolate.Handle, moduleName, exports.Slot);
    }

    /// <summary>Links a module and all it imports.</summary>
    public static void InstantiateModule(this Isolate isolate, int module, ref JsResult result)
    {
        result.Isolate = isolate.Handle;
        fixed (ResultData* data = &result.Data) NativeMethods.skep_module_instantiate(isolate.Handle, module, data);
    }

    /// <summary>Runs a module and all it imports; the value is the promise of its end (top-level await).</summary>
    public static void EvaluateModule(this Isolate isolate, int module, ref JsResult result)
    {
        result.Isolate = isolate.Handle;
        fixed (ResultData* data = &result.Data) NativeMethods.skep_module_evaluate(isolate.Handle, module, data);
    }

    /// <summary>The module's namespace object.</summary>
    public static JsLocal ModuleNamespace(this Isolate isolate, int module)
    {
        ValueData data;
        NativeMethods.skep_module_namespace(isolate.Handle, module, &data);
        return new JsLocal(data.Slot);
    }

    /// <summary>V8's code cache of a module; best taken after it has run, when more functions are compiled.</summary>
    public static byte[] CreateCodeCache(this Isolate isolate, int module)
    {
        long length = 0;
        var data = NativeMethods.skep_module_code_cache(isolate.Handle, module, &length);
        if (data == null) return [];
        var cache = new ReadOnlySpan<byte>(data, (int)length).ToArray();
        NativeMethods.skep_free(data);
        return cache;
    }

    /// <summary>V8's code cache of a function; best taken after it has run.</summary>
    public static byte[] CreateCodeCache(this Isolate isolate, JsLocal function)
    {
        long length = 0;
        var data = NativeMethods.skep_function_code_cache(isolate.Handle, function.Slot, &length);
        if (data == null) return [];
        var cache = new ReadOnlySpan<byte>(data, (int)length).ToArray();
        NativeMethods.skep_free(data);
        return cache;
    }

    /// <summary>Compiles a function whose body, in ASCII, stays where it is as long as the process lives: isolates share the text.
    /// A <paramref name="cache"/> that V8 refuses is ignored.</summary>
    public static void CompileSharedFunction(this Isolate isolate, string name, byte* body, int length, scoped ReadOnlySpan<string> parameters, scoped ReadOnlySpan<byte> cache, ref JsResult result)
    {
        result.Isolate = isolate.Handle;
        var names = stackalloc byte*[parameters.Length + 1];
        for (var i = 0; i < parameters.Length; i++) names[i] = (byte*)System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8(parameters[i]);
        fixed (byte* functionName = Utf8Text.Terminated(name))
        fixed (byte* cached = cache)
        fixed (ResultData* data = &result.Data)
        {
            NativeMethods.skep_compile_shared_function(isolate.Handle, functionName, body, length, names, parameters.Length, cached, cache.Length, data);
        }

        for (var i = 0; i < parameters.Length; i++) System.Runtime.InteropServices.Marshal.FreeCoTaskMem((nint)names[i]);
    }

    /// <summary>Compiles a function from its body, as CommonJS modules are.</summary>
    public static void CompileFunction(this Isolate isolate, string name, scoped ReadOnlySpan<byte> body, scoped ReadOnlySpan<string> parameters, ref JsResult result)
    {
        result.Isolate = isolate.Handle;
        var names = stackalloc byte*[parameters.Length + 1];
        for (var i = 0; i < parameters.Length; i++) names[i] = (byte*)System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8(parameters[i]);
        fixed (byte* functionName = Utf8Text.Terminated(name))
        fixed (byte* text = body)
        fixed (ResultData* data = &result.Data)
        {
            NativeMethods.skep_compile_function(isolate.Handle, functionName, text, body.Length, names, parameters.Length, data);
        }

        for (var i = 0; i < parameters.Length; i++) System.Runtime.InteropServices.Marshal.FreeCoTaskMem((nint)names[i]);
    }
}
