using Skep.Abstractions.Errors;

namespace Skep.Abstractions.Rpc;

/// <summary>The right to call something that lives in a worker: an object, a function, a call's result. Whoever has it may use it, and
/// there is no other way to come by it. It is counted: each holder releases it once.</summary>
public abstract class RpcCapability
{
    /// <summary>Begins a call. Calls begin in the order they are made in; answers come in any.</summary>
    public abstract void Call(RpcCall call);

    /// <summary>One holder more.</summary>
    public abstract void AddReference();

    /// <summary>One holder less. With the last one its worker may let go of what is behind it.</summary>
    public abstract void Release();

    /// <summary>Calls <paramref name="broken"/>, once, when calls can only fail from then on; at once when that is so already.</summary>
    public abstract void WhenBroken(Action<WorkerError> broken);
}
