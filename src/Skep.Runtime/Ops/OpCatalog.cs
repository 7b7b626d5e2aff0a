using System.Security.Cryptography;
using System.Text;
using Skep.Runtime.Caching;
using Skep.Runtime.Console;
using Skep.Runtime.Crypto;
using Skep.Runtime.Events;
using Skep.Runtime.Fetch;
using Skep.Runtime.HtmlRewriting;
using Skep.Runtime.Isolates;
using Skep.Runtime.Node;
using Skep.Runtime.Sockets;
using Skep.Runtime.Streams;
using Skep.Runtime.Timers;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Ops;

/// <summary>Every op there is, in one order. A capability adds its registration here.</summary>
internal static unsafe class OpCatalog
{
    private static readonly Lock Gate = new();
    private static OpTable? installed;

    /// <summary>The names of all ops, once they are installed.</summary>
    public static IReadOnlyList<string> Names => installed!.Names;

    /// <summary>Changes whenever an op is added, removed or moved.</summary>
    public static string Fingerprint =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(',', installed!.Names))))[..16];

    /// <summary>Hands the ops to the engine, once in a process.</summary>
    /// <param name="further">Register those of the parts that are built on the others.</param>
    public static void Install(params ReadOnlySpan<Action<OpTable>> further)
    {
        lock (Gate)
        {
            if (installed is not null) return;
            OpTable ops = new() { OnException = &Throw };
            RequestOps.Register(ops);
            RespondOps.Register(ops);
            BodyOps.Register(ops);
            SinkOps.Register(ops);
            SubrequestOps.Register(ops);
            SocketOps.Register(ops);
            CompressionOps.Register(ops);
            TimerOps.Register(ops);
            ConsoleOps.Register(ops);
            ExceptionOps.Register(ops);
            CryptoOps.Register(ops);
            HtmlRewriterOps.Register(ops);
            CacheOps.Register(ops);
            ModuleOps.Register(ops);
            NodeLibraryOps.Register(ops);
            WebSocketOps.Register(ops);
            foreach (var register in further) register(ops);
            Engine.Initialize(ops);
            installed = ops;
        }
    }

    private static void Throw(in OpCall call, Exception exception)
    {
        var isolate = call.State<WorkerIsolate>();
        call.Throw(isolate.ToError(exception as JsException ?? isolate.InternalError(exception)));
    }
}
