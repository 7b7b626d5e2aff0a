using Skep.Abstractions.Channels;
using Skep.V8;

namespace Skep.Runtime.Sockets;

/// <summary>Tasks of a connection, as ops take them.</summary>
internal static class SocketTask
{
    /// <summary>A task with a result for one that has none.</summary>
    public static async Task<bool> Done(Task work)
    {
        await work.ConfigureAwait(false);
        return true;
    }

    /// <summary>What the network does to a connection is told to the worker; anything else is a fault of ours.</summary>
    public static async Task<T> Described<T>(Task<T> work)
    {
        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (SubrequestException exception)
        {
            throw JsException.Plain(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            throw JsException.Plain("Network connection lost.");
        }
    }
}
